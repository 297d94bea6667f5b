/** CSV as RFC 4180 has it, read from a text: quoted fields, doubled quotes, line ends in fields, CRLF or LF. */

export interface CsvRow {
  /** The line it begins on, from 1. */
  line: number
  fields: string[]
  /** Where the next row begins in the text: how far reading has come. */
  end: number
  /** Why the row cannot be trusted. */
  fault: string | null
}

/** The rows of a text, one by one. Empty lines are no rows; a byte order mark is skipped. */
export function* csvRows(text: string): Generator<CsvRow> {
  let at = text.startsWith('\u{feff}') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const row = readRow(text, at, line)
    line += lineEnds(text, at, row.end)
    at = row.end
    if (row.fields.length > 1 || row.fields[0] !== '' || row.fault !== null) yield row
  }
}

/** One row of CSV with its line end. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => quoted(String(field))).join(',')}\r\n`
}

function readRow(text: string, start: number, line: number): CsvRow {
  const fields: string[] = []
  let fault: string | null = null
  let at = start
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at)
    fields.push(field.value)
    fault ??= field.fault
    at = field.end
    if (text[at] !== ',') break
    at += 1
  }
  if (text[at] === '\r') at += 1
  if (text[at] === '\n') at += 1
  return { line, fields, end: at, fault }
}

interface Field {
  value: string
  end: number
  fault: string | null
}

const FIELD_END = /[,\n]|\r(?:\n|$)|$/g

function readPlain(text: string, start: number): Field {
  const end = nextMatch(FIELD_END, text, start)
  const value = text.slice(start, end)
  return { value, end, fault: value.includes('"') ? 'a quote inside an unquoted field' : null }
}

function readQuoted(text: string, start: number): Field {
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return { value: text.slice(start), end: text.length, fault: 'a quote is never closed' }
    if (text[quote + 1] === '"') {
      at = quote + 2
      continue
    }
    const value = text.slice(start + 1, quote).replaceAll('""', '"')
    const end = nextMatch(FIELD_END, text, quote + 1)
    return { value, end, fault: end === quote + 1 ? null : 'text after a closing quote' }
  }
}

function nextMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

function lineEnds(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
