/**
 * In the thread: what handlers print becomes lines of the service's log, with the job they belong to. Raw, it would stand
 * between the log's JSON lines, and could pass for one of them.
 */
import { Buffer, TextDecoder } from '../own-globals.ts'
import { type BoundedLog, MAX_LINE } from './bounded-log.ts'

const STREAMS = { stdout: 'info', stderr: 'warn' } as const

/** From here on `process.stdout`, `process.stderr` and `console` write to the log that `logOf` gives at that moment. */
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

/** Gives each whole line; what stands after the last line break waits for the next text of the same log, up to the bound of a line. */
function lineSplitter(give: (log: BoundedLog, line: string) => void): (log: BoundedLog, text: string) => void {
  const begun = new WeakMap<BoundedLog, string>()
  return (log, text) => {
    const lines = `${begun.get(log) ?? ''}${text}`.split(/\r?\n/)
    const rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') give(log, line)
    if (rest.length > MAX_LINE) give(log, rest)
    begun.set(log, rest.length > MAX_LINE ? '' : rest)
  }
}

function textOf(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array) return new TextDecoder().decode(chunk)
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding) && !/^utf-?8$/i.test(encoding)
  return known ? Buffer.from(String(chunk), encoding).toString() : String(chunk)
}
