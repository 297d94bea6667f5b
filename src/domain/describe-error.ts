/**
 * What a log may say of an error. An error drags along what it failed on: in properties that libraries set, and in words
 * that quote it. Payloads, credentials and URLs must not reach a log that way. Pure.
 */

/** What it was and where it came from, without a word of what it says. */
export interface ErrorTrace {
  type: string
  /** As Node and libraries set it, such as `ENOSPC`. */
  code?: string
  /** Its frames, one a line, as V8 writes them. */
  stack: string
}

/** Of an error with its words; `cause` is what led to it. */
export interface ErrorDescription extends ErrorTrace {
  message?: string
  cause?: ErrorDescription
}

/** Causes of causes that are told. */
const DEPTH = 3

/** Of an error whose words may quote anything, such as one thrown by the operator's code. */
export function traceOf(error: unknown): ErrorTrace {
  if (!(error instanceof Error)) return { type: typeof error, stack: '' }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { type: error.name, ...code, stack: framesOf(error) }
}

/** Of an error of our own or of a library of ours: these words name no data, but for what failed to be parsed. */
export function describeError(error: unknown, depth: number = DEPTH): ErrorDescription {
  const trace = traceOf(error)
  if (!(error instanceof Error)) return trace
  return {
    ...trace,
    ...(error instanceof SyntaxError ? {} : { message: error.message }),
    ...(error.cause === undefined || depth === 0 ? {} : { cause: describeError(error.cause, depth - 1) }),
  }
}

/** The message stands before the frames, may have any number of lines and may look like frames itself. */
function framesOf({ stack, message }: Error): string {
  const lines = String(stack ?? '')
    .replace(message, () => '')
    .split('\n')
  const last = lines.findLastIndex((line) => !/^ {4}at /.test(line))
  return lines.slice(last + 1).join('\n')
}
