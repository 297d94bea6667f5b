/** SQL text that both dialects write alike. Parameters stand in it as `@name`. */
import type { Table } from './column.ts'

/** `INSERT` of a whole row; the database gives what is a sequence. */
export function insertInto({ name, columns }: Table): string {
  const given = Object.keys(columns).filter((column) => columns[column]?.word !== 'sequence')
  return `INSERT INTO ${name} (${given.join(', ')}) VALUES (${given.map((column) => `@${column}`).join(', ')})`
}

/** `column = @column` for each. */
export function assignments(columns: readonly string[]): string {
  return columns.map((column) => `${column} = @${column}`).join(', ')
}
