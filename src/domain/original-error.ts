/**
 * What a handler threw, as the operator is shown it. Nothing of a thrown value can be trusted: a getter may throw, a proxy
 * may refuse everything, causes may go round in a circle.
 */
import { cutText } from './cut.ts'

/** Of a failure: the words that the tenant is not shown. In all at most 8 KiB of UTF-16 text. */
export interface ErrorOriginal {
  name: string
  message: string
  /** Its frames, then those of its causes, each with its own words; empty when there are none. */
  stack: string
}

const MAX_NAME = 100
const MAX_MESSAGE = 1000
const MAX_STACK = 7000
/** Causes of causes that are shown. */
const DEPTH = 3

/** Never throws, whatever was thrown. */
export function originalOf(thrown: unknown): ErrorOriginal {
  const { name, message, frames } = describe(thrown)
  const stack = [frames, ...causesOf(thrown)].filter((part) => part !== '').join('\n')
  return { name: cutText(name, MAX_NAME), message: cutText(message, MAX_MESSAGE), stack: cutText(stack, MAX_STACK) }
}

/** A text that an upstream answered, in the form of an original error. */
export function originalText(name: string, text: string): ErrorOriginal {
  return { name, message: cutText(text, MAX_STACK), stack: '' }
}

/** A member of a value that may be anything; undefined where it cannot be read. */
export function readMember(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    return (value as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}

function causesOf(thrown: unknown): string[] {
  const parts: string[] = []
  const described = new Set([thrown])
  let cause = readMember(thrown, 'cause')
  while (cause !== undefined && parts.length < DEPTH && !described.has(cause)) {
    described.add(cause)
    const { name, message, frames } = describe(cause)
    parts.push([`Caused by ${cutText(name, MAX_NAME)}: ${cutText(message, MAX_MESSAGE)}`, frames].filter((part) => part !== '').join('\n'))
    cause = readMember(cause, 'cause')
  }
  return parts
}

function describe(value: unknown): { name: string; message: string; frames: string } {
  if (typeof value === 'string') return { name: 'string', message: value, frames: '' }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return { name: value === null ? 'null' : typeof value, message: String(value), frames: '' }
  }
  const [name, message, stack] = ['name', 'message', 'stack'].map((member) => readMember(value, member))
  return {
    name: typeof name === 'string' && name !== '' ? name : typeof value,
    message: typeof message === 'string' ? message : 'The value thrown is no error.',
    frames: typeof stack === 'string' ? framesOf(stack) : '',
  }
}

/** V8 writes name and message before the frames; both are shown beside them. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .join('\n')
}
