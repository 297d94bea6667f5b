/** A line of the service's standard output in words. */

/** What is shown of a line, and what it says of the service. */
export interface DescribedLine {
  /** Null: nothing a person needs. */
  text: string | null
  /** Where it listens, when the line says that it is ready. */
  url: string | null
  /** True: not from the log, but printed once at a start. */
  isBanner: boolean
}

type Fields = Readonly<Record<string, unknown>>

const WARN = 40
const DEBUG = 20
/** Fields of every line, which are not shown. */
const COMMON = ['level', 'time', 'pid', 'hostname', 'msg']
/** Messages that `dev` replaces by its own words. */
const NOT_SHOWN = ['stopping', 'stopped']
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Describes one line without its line break. A line that is not of the log is shown as it is. */
export function describeLine(line: string): DescribedLine {
  const fields = fieldsOf(line)
  if (fields === null) return { text: line, url: null, isBanner: true }
  const url = fields.msg === 'ready' && typeof fields.url === 'string' ? fields.url : null
  return { text: url === null ? wordsFor(fields) : null, url, isBanner: false }
}

function fieldsOf(line: string): Fields | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'level' in value ? (value as Fields) : null
  } catch {
    return null
  }
}

function wordsFor(fields: Fields): string | null {
  const { msg, level } = fields
  const words = harmless(`${timeOf(fields)}  ${body(fields)}`)
  if (msg === 'job run' || msg === 'job progress' || msg === 'callback attempt') return words
  if (NOT_SHOWN.includes(String(msg)) || Number(level) <= DEBUG) return null
  return words
}

function body(fields: Fields): string {
  const { msg, type, job, attempt, ms, status, error, level } = fields
  switch (msg) {
    case 'job run':
      return `${type}  ${job}  attempt ${attempt}  ${ms} ms  ${outcome(String(status), error)}`
    case 'job progress':
      return `${type}  ${job}  attempt ${attempt}  ${progress(fields)}`
    case 'callback attempt':
      return `callback  ${job ?? fields.event}  attempt ${attempt}  ${ms} ms  ${fields.http_status ?? error}  ${status}`
    default:
      return `${Number(level) >= WARN ? '! ' : ''}${msg}${rest(fields)}`
  }
}

/** A job that waits again has failed an attempt, or was handed back. */
function outcome(status: string, error: unknown): string {
  if (status === 'pending') return error ? `failed (${error}), tried again` : 'handed back'
  return error ? `${status} (${error})` : status
}

function progress({ percent, stage }: Fields): string {
  return [percent === null || percent === undefined ? null : `${percent} %`, stage].filter(Boolean).join('  ')
}

function rest(fields: Fields): string {
  const shown = Object.entries(fields).filter(([name, value]) => !COMMON.includes(name) && value !== null && value !== undefined)
  return shown.map(([name, value]) => `  ${name}=${shownValue(value)}`).join('')
}

/** An error is shown by its type and message. */
function shownValue(value: unknown): string {
  if (typeof value === 'string') return value
  return isDescribedError(value) ? `${value.type}: ${value.message}` : JSON.stringify(value)
}

function isDescribedError(value: unknown): value is { type: string; message: string } {
  return typeof value === 'object' && value !== null && 'stack' in value && 'message' in value
}

function timeOf({ time }: Fields): string {
  return new Date(Number(time) || 0).toTimeString().slice(0, 8)
}

/** What handlers and receivers wrote must not steer the terminal. */
function harmless(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
