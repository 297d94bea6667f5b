/**
 * What a log may say of an error. An error drags along what it failed on: in properties that libraries set, and in words
 * that quote it. Payloads, credentials and URLs must not reach a log that way.
 */
import { cutText } from './cut.ts'
import { readMember } from './original-error.ts'

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

/** Causes of causes that are described. */
const DEPTH = 3

/** The words of an error of our own or of a library of ours, for a message to the operator. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Of an error whose words may quote anything, such as one thrown by the operator's code. Never throws. */
export function traceOf(error: unknown): ErrorTrace {
  if (!isError(error)) return { type: typeof error, stack: '' }
  const [name, code, stack, message] = ['name', 'code', 'stack', 'message'].map((member) => readMember(error, member))
  return {
    type: typeof name === 'string' ? cutText(name, 100) : 'Error',
    ...(typeof code === 'string' ? { code: cutText(code, 100) } : {}),
    stack: typeof stack === 'string' ? framesOf(stack, typeof message === 'string' ? message : '') : '',
  }
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

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}

/** The message stands before the frames, may have any number of lines and may look like frames itself. */
function framesOf(stack: string, message: string): string {
  const lines = stack.replace(message, () => '').split('\n')
  const last = lines.findLastIndex((line) => !/^ {4}at /.test(line))
  return lines.slice(last + 1).join('\n')
}
