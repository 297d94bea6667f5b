import { OperatorError } from '../domain/operator-error.ts'

/** The start is refused. The message names the variable and never shows a value that may be a secret. */
export class ConfigError extends OperatorError {
  constructor(variable: string, detail: string) {
    super(`${variable} ${detail}`)
    this.name = 'ConfigError'
  }
}
