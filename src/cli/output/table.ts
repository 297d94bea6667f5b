/** Documents as text for people. Everything in them is a stranger's. */
import { oneLine } from './escape.ts'
import { type Tone, toneOf } from './style.ts'

/** Colours a text, or does not. */
export type Paint = (tone: Tone, text: string) => string

/** Rows below their headings, in columns. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[], paint: Paint): string {
  const cells = rows.map((row) => row.map(shown))
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[], color: (text: string, at: number) => string) =>
    row
      .map((cell, at) => color(cell, at) + ' '.repeat(at === row.length - 1 ? 0 : (widths[at] ?? 0) - cell.length))
      .join('  ')
      .trimEnd()
  return [line(headings, (text) => paint('quiet', text)), ...cells.map((row) => line(row, (text) => toned(text, paint)))].join('\n')
}

/** The members of one document that have a value, a line each. */
export function record(document: object, paint: Paint, omit: readonly string[] = []): string {
  const members = Object.entries(document).filter(([name, value]) => shown(value) !== '' && !omit.includes(name))
  const width = Math.max(0, ...members.map(([name]) => name.length))
  return members.map(([name, value]) => `${paint('quiet', oneLine(name).padEnd(width))}  ${toned(shown(value), paint)}`).join('\n')
}

/** A value in one line; nothing for none. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return oneLine(value.join(' '))
  return oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function toned(text: string, paint: Paint): string {
  const tone = toneOf(text)
  return tone === null ? text : paint(tone, text)
}
