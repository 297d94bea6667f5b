import { OperatorError } from '../../domain/operator-error.ts'

/** The operator's handlers cannot be taken: the start stops. The message is one line that names the file. */
export class LoadError extends OperatorError {
  constructor(source: string, reason: string) {
    super(`${source}: ${reason.replaceAll(/\s*\n\s*/g, ' ')}`)
    this.name = 'LoadError'
  }
}
