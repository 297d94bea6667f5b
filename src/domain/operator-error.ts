/**
 * A fault that the operator can mend: a setting, the data folder, its disk, a handler file, the port. The message is one line for them: it
 * says what is wrong and what to do, and never holds a secret. The program prints it without a stack and ends with `exitCode`.
 */
export class OperatorError extends Error {
  readonly exitCode: number = 1
}
