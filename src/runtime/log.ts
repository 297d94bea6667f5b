import pino from 'pino'
import { describeError } from '../domain/describe-error.ts'
import type { Log } from '../ports/runtime.ts'
import type { LogStream } from './log-stream.ts'

/** The log port: a JSON object a line, written to `output`. */
export function createLog(level: pino.LevelWithSilent, output: Pick<LogStream, 'write'>): Log {
  const lines = pino({ level }, output)
  const writeAt =
    (severity: keyof Log): Log['error'] =>
    (fields, message, error) =>
      lines[severity](error === undefined ? fields : { ...fields, error: describeError(error) }, message)
  return { debug: writeAt('debug'), info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') }
}
