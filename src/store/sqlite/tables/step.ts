/** What crosses to the writer: names of prepared statements with their parameters. */

export type Param = string | number | null | Uint8Array

export interface Statement {
  sql: string
  /** A guarded statement that changes no row has missed: nothing of its change is written. */
  guarded: boolean
}

export interface Step<Name extends string = string> {
  statement: Name
  params: Param[]
}

export function guarded(sql: string): Statement {
  return { sql, guarded: true }
}

export function plain(sql: string): Statement {
  return { sql, guarded: false }
}

/** `INSERT` of the named columns, in that order. */
export function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
}

/** Drops the spare room of a view: a message copies the whole buffer under it (8 KiB for a small Buffer). */
export function tight(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
