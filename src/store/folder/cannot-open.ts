/**
 * The store cannot be opened for a reason the operator can mend. The message is for them: one line that says what is
 * wrong and what to do, and never holds a secret.
 */
export class CannotOpen extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CannotOpen'
  }
}
