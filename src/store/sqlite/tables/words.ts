/** What the words of `store/tables/` are in SQLite. */
import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  blob,
  index,
  integer,
  primaryKey,
  real,
  type SQLiteColumnBuilderBase,
  type SQLiteTable,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { Column, Index, Table } from '../../tables/column.ts'

const TYPES = {
  sequence: integer,
  text,
  integer,
  time: integer,
  flag: integer,
  real,
  bytes: () => blob({ mode: 'buffer' }),
}

/** The tables as drizzle-kit reads them. */
export function sqliteTables<Name extends string>(tables: Readonly<Record<Name, Table>>): Record<Name, SQLiteTable> {
  const built = Object.entries<Table>(tables).map(([name, one]) => [name, tableOf(one)])
  return Object.fromEntries(built) as Record<Name, SQLiteTable>
}

function tableOf({ name, columns, indexes, primaryKey: key }: Table): SQLiteTable {
  const built = Object.entries(columns).map(([column, of]) => [column, columnOf(of)])
  return sqliteTable(name, Object.fromEntries(built) as Record<string, SQLiteColumnBuilderBase>, (made) => {
    const named = made as Record<string, AnySQLiteColumn>
    const found = (column: string): AnySQLiteColumn => {
      const one = named[column]
      if (one === undefined) throw new Error(`${name} has no column ${column}`)
      return one
    }
    const [first, ...rest] = key.map(found)
    return [...indexes.map((one) => indexOf(one, found)), ...(first === undefined ? [] : [primaryKey({ columns: [first, ...rest] })])]
  })
}

function columnOf({ word, nullable, unique, primaryKey: isKey, neverReused, byDefault }: Column) {
  if (neverReused) return integer().primaryKey({ autoIncrement: true })
  const made = TYPES[word]()
  if (isKey) return made.primaryKey()
  if (unique) made.unique()
  if (byDefault !== null) made.default(byDefault as never)
  return nullable ? made : made.notNull()
}

function indexOf({ name, columns, unique, where }: Index, found: (column: string) => AnySQLiteColumn) {
  const [first, ...rest] = columns.map(found)
  if (first === undefined) throw new Error(`${name} has no columns`)
  const made = (unique ? uniqueIndex : index)(name).on(first, ...rest)
  return where === null ? made : made.where(sql.raw(where))
}
