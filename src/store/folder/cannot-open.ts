import { OperatorError } from '../../domain/operator-error.ts'

/** The store cannot be opened, for a reason that the operator can mend. */
export class CannotOpen extends OperatorError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CannotOpen'
  }
}
