/** Lines for the service's log, cut to their bounds and limited in number. */
import { cutText } from '../../domain/cut.ts'
import type { Cut } from '../../domain/progress.ts'
import type { Log } from '../../ports/runtime.ts'
import { parseJson, writeJson } from '../primordials.ts'

/** Writes a line; `fields` are plain JSON values. */
export type WriteLog = (level: keyof Log, message: string, fields: object | null) => void

/** UTF-16 units of a line's message, and of its fields as JSON. */
export const MAX_LINE = 8 * 1024
/** Lines of one run in a second. Further lines are counted and left out. */
const MAX_LINES = 200
const SECOND = 1000

/** The log of one run. */
export interface BoundedLog {
  /** Never throws, whatever the handler passes. */
  write(level: keyof Log, message: unknown, fields: unknown): void
  /** Writes how many lines were left out. */
  end(): void
}

/** `now` returns milliseconds since any moment. `cut` is called for everything that is cut or left out. */
export function boundedLog(write: WriteLog, now: () => number, cut: (what: Cut) => void): BoundedLog {
  let secondAt = Number.NEGATIVE_INFINITY
  let lines = 0
  let leftOut = 0

  function writeLeftOut(): void {
    if (leftOut > 0) write('warn', 'log lines of the handler were left out', { left_out: leftOut, most_per_second: MAX_LINES })
    leftOut = 0
  }

  return {
    write(level, message, fields) {
      const at = now()
      if (at - secondAt >= SECOND) {
        writeLeftOut()
        secondAt = at
        lines = 0
      }
      if (lines >= MAX_LINES) {
        leftOut += 1
        cut('log_lines')
        return
      }
      lines += 1
      const text = textOf(message)
      const bounded = fieldsOf(fields)
      if (text.length > MAX_LINE || bounded.cut) cut('log')
      write(level, cutText(text, MAX_LINE), bounded.fields)
    },
    end: writeLeftOut,
  }
}

function textOf(message: unknown): string {
  try {
    return String(message)
  } catch {
    return 'a message that is no text'
  }
}

/** A log line must not fail a run: fields that JSON cannot write are replaced by a mark. */
function fieldsOf(fields: unknown): { fields: object | null; cut: boolean } {
  try {
    const text = writeJson(fields)
    if (text === undefined) return { fields: null, cut: false }
    if (text.length > MAX_LINE) return { fields: { cut: cutText(text, MAX_LINE) }, cut: true }
    const value: unknown = parseJson(text)
    return { fields: typeof value === 'object' && value !== null ? value : { value }, cut: false }
  } catch {
    return { fields: { unserializable: true }, cut: false }
  }
}
