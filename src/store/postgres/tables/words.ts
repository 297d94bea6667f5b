/** What the words of `store/tables/` are in PostgreSQL. */
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  customType,
  doublePrecision,
  index,
  integer,
  type PgColumnBuilderBase,
  type PgTable,
  pgTable,
  primaryKey,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Column, Index, Table } from '../../tables/column.ts'

/** Byte order, as in SQLite: a new version of the operating system's collations cannot break an index. */
const text = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
const number = () => bigint({ mode: 'number' })

const TYPES = { sequence: number, text, integer: number, time: number, flag: () => integer(), real: () => doublePrecision(), bytes: bytea }

/** Listed in the order of insertion, which SQLite keeps by itself: here a column does. */
const ORDERED = ['destinations']
const SEQ = 'seq'

/** The tables as drizzle-kit reads them. */
export function postgresTables<Name extends string>(tables: Readonly<Record<Name, Table>>): Record<Name, PgTable> {
  const built = Object.entries<Table>(tables).map(([name, one]) => [name, tableOf(one)])
  return Object.fromEntries(built) as Record<Name, PgTable>
}

function tableOf({ name, columns, indexes, primaryKey: key }: Table): PgTable {
  const built = Object.entries(columns).map(([column, of]) => [column, columnOf(column, of, columns)])
  if (ORDERED.includes(name)) built.push([SEQ, numbered().unique()])
  const all = Object.fromEntries(built) as Record<string, PgColumnBuilderBase>
  return pgTable(name, all, (made) => {
    const named = made as Record<string, AnyPgColumn>
    const found = (column: string): AnyPgColumn => {
      const one = named[column]
      if (one === undefined) throw new Error(`${name} has no column ${column}`)
      return one
    }
    const [first, ...rest] = key.map(found)
    const order = SEQ in columns ? [found(SEQ)] : []
    return [
      ...indexes.map((one) => indexOf(one, found, order)),
      ...(first === undefined ? [] : [primaryKey({ columns: [first, ...rest] })]),
    ]
  })
}

/** `id` is the primary key where there is one, so that a table can be parted by it one day: ids begin with their time. */
function columnOf(name: string, { word, nullable, unique, primaryKey: isKey, byDefault }: Column, columns: Table['columns']) {
  if (name === SEQ) return 'id' in columns ? numbered().unique() : numbered().primaryKey()
  const made = TYPES[word]()
  if (isKey || name === 'id') return made.primaryKey()
  if (unique) made.unique()
  if (byDefault !== null) made.default(byDefault as never)
  return nullable ? made : made.notNull()
}

/** No cache: the feed's horizon needs every position above the ones that were given before. */
function numbered() {
  return number().notNull().generatedByDefaultAsIdentity({ cache: 1 })
}

/** Every index ends with the order of insertion, as SQLite's do: lists and queues are read in it. */
function indexOf({ name, columns, unique, where }: Index, found: (column: string) => AnyPgColumn, order: AnyPgColumn[]) {
  const [first, ...rest] = columns.map(found)
  if (first === undefined) throw new Error(`${name} has no columns`)
  const made = unique ? uniqueIndex(name).on(first, ...rest) : index(name).on(first, ...rest, ...order)
  return where === null ? made : made.where(sql.raw(where))
}
