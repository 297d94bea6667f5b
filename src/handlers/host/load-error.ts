import { OperatorError } from '../../domain/operator-error.ts'

/** The operator's handlers cannot be loaded, which stops the start. The message is one line that names the file or setting. */
export class LoadError extends OperatorError {
  constructor(source: string, reason: string) {
    super(`${source}: ${reason.replaceAll(/\s*\n\s*/g, ' ')}`)
    this.name = 'LoadError'
  }
}
