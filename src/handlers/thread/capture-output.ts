/**
 * Makes what handlers print lines of the service's log, with the job they belong to. Printed as it is, it would stand
 * between the JSON lines of the log and could pass for one of them.
 */
import { Buffer, TextDecoder } from '../primordials.ts'
import { type BoundedLog, MAX_LINE } from './bounded-log.ts'

const STREAMS = { stdout: 'info', stderr: 'warn' } as const

/** Makes `process.stdout`, `process.stderr` and `console` write to the log that `logOf` returns at that moment. */
export function captureOutput(logOf: () => BoundedLog): void {
  for (const [stream, level] of Object.entries(STREAMS) as [keyof typeof STREAMS, 'info' | 'warn'][]) {
    const lineOf = lineSplitter((log, line) => log.write(level, line, { stream }))
    process[stream].write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
      lineOf(logOf(), textOf(chunk, encoding))
      const done = typeof encoding === 'function' ? encoding : callback
      if (typeof done === 'function') process.nextTick(done)
      return true
    }
  }
}

/** Writes each whole line. The text after the last line break waits for the next text of the same log, up to the bound of a line. */
function lineSplitter(give: (log: BoundedLog, line: string) => void): (log: BoundedLog, text: string) => void {
  const started = new WeakMap<BoundedLog, string>()
  return (log, text) => {
    const lines = `${started.get(log) ?? ''}${text}`.split(/\r?\n/)
    const rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') give(log, line)
    if (rest.length > MAX_LINE) give(log, rest)
    started.set(log, rest.length > MAX_LINE ? '' : rest)
  }
}

function textOf(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array) return new TextDecoder().decode(chunk)
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding) && !/^utf-?8$/i.test(encoding)
  return known ? Buffer.from(String(chunk), encoding).toString() : String(chunk)
}
