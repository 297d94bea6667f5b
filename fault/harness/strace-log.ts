/**
 * Reads the log of strace(1): what a process and all its threads asked of the kernel, in the order the tracer let it happen. The
 * tracer stops a thread at the entry and at the exit of each traced call, so whatever a thread does because a call of another one
 * has returned comes after that return.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A system call, when it begins and when it returns; other threads may do something between the two. */
export type Moment = { call: string; args: string; at: number } & (
  | { phase: 'enter' }
  | { phase: 'leave'; enteredAt: number; result: number }
)

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/
const ENTRY = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/
const EXIT = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/

/** The log of `strace -f -o`, line by line. `args` are as strace prints them, `at` counts lines, a negative `result` is an error. */
export async function* readTrace(path: string): AsyncGenerator<Moment> {
  const entered = new Map<string, { args: string; at: number }>()
  let at = 0
  for await (const line of createInterface({ input: createReadStream(path, 'latin1'), crlfDelay: Number.POSITIVE_INFINITY })) {
    at += 1
    const [, thread = '', call = '', args = '', result] = WHOLE.exec(line) ?? ENTRY.exec(line) ?? EXIT.exec(line) ?? []
    if (call === '') continue
    const begun = entered.get(thread)
    if (line.includes(' resumed>') && begun) {
      entered.delete(thread)
      yield { phase: 'leave', call, args: begun.args + args, at, enteredAt: begun.at, result: Number(result) }
      continue
    }
    yield { phase: 'enter', call, args, at }
    if (result === undefined) entered.set(thread, { args, at })
    else yield { phase: 'leave', call, args, at, enteredAt: at, result: Number(result) }
  }
}

/** The file behind the descriptor that is the first argument, as `strace -y` shows it. */
export function fileOf(args: string): string | null {
  return /^\d+<([^>]*)>/.exec(args)?.[1] ?? null
}

/** Every quoted string among the arguments, as the bytes it stands for. */
export function stringsOf(args: string): Buffer[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"(\.\.\.)?/g)].map(([, quoted = '', cut]) => {
    if (cut) throw new Error('the trace is not complete: strace cut a string')
    return unescaped(quoted)
  })
}

const LETTERS: Record<string, number> = { n: 10, t: 9, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

/** Undoes strace's escapes: letters as in C, everything else unprintable as one to three octal digits. */
function unescaped(quoted: string): Buffer {
  const bytes = Buffer.allocUnsafe(quoted.length)
  let length = 0
  for (let at = 0; at < quoted.length; at += 1) {
    let byte = quoted.charCodeAt(at)
    if (byte === 0x5c) {
      const letter = LETTERS[quoted.charAt(at + 1)]
      if (letter !== undefined) {
        byte = letter
        at += 1
      } else {
        byte = 0
        for (let digits = 0; digits < 3 && isOctal(quoted.charCodeAt(at + 1)); digits += 1) {
          byte = byte * 8 + quoted.charCodeAt(at + 1) - 0x30
          at += 1
        }
      }
    }
    bytes[length] = byte
    length += 1
  }
  return bytes.subarray(0, length)
}

function isOctal(code: number): boolean {
  return code >= 0x30 && code <= 0x37
}
