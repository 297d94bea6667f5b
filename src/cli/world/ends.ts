/** How a command ends. The codes are part of the contract: docs/command-line.md#exit-codes. */

/** Exit codes. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  jobFailed: 3,
  notAllowed: 4,
  notFound: 5,
  waitEnded: 6,
  canceled: 7,
  interrupted: 130,
} as const

/** A command line that cannot be taken: the message says what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** Something of this machine failed, told in one line. */
export class LocalError extends Error {
  override readonly name: string = 'LocalError'
}

/** The person asked for the end. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted'
}
