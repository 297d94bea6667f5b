/** Reading columns back into what the domain promises. Whatever does not fit is refused with the id of its row. */

/** A row does not hold what it must. The message names the id of the row and the column, never the value. */
export class CorruptRow extends Error {
  readonly column: string
  constructor(id: string, column: string) {
    super(`the row of ${id} is corrupt: ${column} does not hold what it must`)
    this.name = 'CorruptRow'
    this.column = column
  }
}

/** The value of a column that is null only in a damaged row. Throws for null. */
export function present<T>(value: T | null, id: string, column: string): T {
  if (value === null) throw new CorruptRow(id, column)
  return value
}

/** The farthest a Date can be from the epoch, milliseconds. */
const FARTHEST = 8.64e15

/** A whole number that a Date takes, should it be a time. SQLite keeps anything in any column. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= FARTHEST
}

/** Throws `CorruptRow` for a column that holds no whole number, or for one of `orNull` that holds neither that nor null. */
export function assertNumbers<Row extends { id: string }>(
  row: Row,
  columns: readonly (keyof Row & string)[],
  orNull: readonly (keyof Row & string)[],
): void {
  for (const column of columns) if (!isWhole(row[column])) throw new CorruptRow(row.id, column)
  for (const column of orNull) if (row[column] !== null && !isWhole(row[column])) throw new CorruptRow(row.id, column)
}

/** Throws `CorruptRow` for a column that holds no text. */
export function assertTexts<Row extends { id: string }>(row: Row, columns: readonly (keyof Row & string)[]): void {
  for (const column of columns) if (typeof row[column] !== 'string') throw new CorruptRow(row.id, column)
}

/** The value of a column of JSON text. Throws when it is no JSON. */
export function json(text: string | null, id: string, column: string): unknown {
  try {
    return JSON.parse(present(text, id, column))
  } catch {
    throw new CorruptRow(id, column)
  }
}

/** The same for a JSON object. Throws for any other value. */
export function jsonObject(text: string | null, id: string, column: string): Record<string, unknown> {
  const value = json(text, id, column)
  if (!isObject(value)) throw new CorruptRow(id, column)
  return value
}

/** Whether a value is an object that is neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list whose members are all among `known`. */
export function listOf<T extends string>(text: string | null, known: readonly T[], id: string, column: string): T[] {
  const value = json(text, id, column)
  const isKnown = (member: unknown): member is T => known.some((one) => one === member)
  if (!Array.isArray(value) || !value.every(isKnown)) throw new CorruptRow(id, column)
  return value
}

/** The value of a column that holds a JSON array of strings. Throws for anything else. */
export function texts(text: string | null, id: string, column: string): string[] {
  const value = json(text, id, column)
  if (!isTexts(value)) throw new CorruptRow(id, column)
  return value
}

/** Whether a value is a string, as a guard to be passed on. */
export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Whether a value is an array of strings only. */
export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

/** The value of a column that holds a JSON object of strings. Throws for anything else. */
export function textMap(text: string | null, id: string, column: string): Record<string, string> {
  const value = jsonObject(text, id, column)
  if (!isTextMap(value)) throw new CorruptRow(id, column)
  return value
}

function isTextMap(value: Record<string, unknown>): value is Record<string, string> {
  return Object.values(value).every((member) => typeof member === 'string')
}

/** A plain view: what the driver gives is a Buffer, whose `slice` and `toString` mean something else. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
