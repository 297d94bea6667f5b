/** The words in which `tables/` describes the database. Each SQL dialect gives every word a type of its own. */

interface Values {
  /** Creation order: the primary key that the database gives. */
  sequence: number
  text: string
  integer: number
  /** Milliseconds since the epoch. */
  time: number
  /** 0 or 1. */
  flag: number
  /** May have a fraction. */
  real: number
  bytes: Uint8Array
}

/** A word for a column's type. */
export type Word = keyof Values

/** One column; `T` is what a row holds in it. */
export interface Column<T = unknown> {
  word: Word
  nullable: boolean
  unique: boolean
  primaryKey: boolean
  /** The database never gives a number of a removed row again. */
  neverReused: boolean
  /** Of rows that were there before the column. */
  byDefault: string | null
  /** Carries the type only. */
  holds?: T
}

/** An index, in words that every SQL dialect has. */
export interface Index {
  name: string
  columns: readonly string[]
  unique: boolean
  /** SQL that every dialect reads: the rows that the index holds. Null: all. */
  where: string | null
}

/** A table with its columns and indexes. */
export interface Table<Columns extends Record<string, Column> = Record<string, Column>> {
  name: string
  /** By name. */
  columns: Columns
  indexes: readonly Index[]
  /** The columns of a primary key that no single column is. */
  primaryKey: readonly string[]
}

/** What a row of the table holds. */
export type RowOf<T extends Table> = { [Name in keyof T['columns']]: T['columns'][Name] extends Column<infer Value> ? Value : never }

/** A column that is never null. */
export function column<W extends Word>(word: W): Column<Values[W]> {
  const isSequence = word === 'sequence'
  return { word, nullable: false, unique: false, primaryKey: isSequence, neverReused: false, byDefault: null }
}

/** A text that is one of a few. */
export function oneOf<const T extends string>(): Column<T> {
  return column('text') as Column as Column<T>
}

/** The same column, with null. */
export function nullable<T>(of: Column<T>): Column<T | null> {
  return { ...(of as Column), nullable: true } as Column<T | null>
}

/** The same column, each value once. */
export function unique<T>(of: Column<T>): Column<T> {
  return { ...of, unique: true }
}

/** The same column as primary key. */
export function key<T>(of: Column<T>): Column<T> {
  return { ...of, primaryKey: true }
}

/** An index over columns; `where` makes it partial. */
export function index(name: string, columns: readonly string[], where: string | null = null): Index {
  return { name, columns, unique: false, where }
}

/** An index that allows each combination of values once. */
export function uniqueIndex(name: string, columns: readonly string[]): Index {
  return { name, columns, unique: true, where: null }
}

/** A table; the key of each column is its name. */
export function table<Columns extends Record<string, Column>>(
  name: string,
  columns: Columns,
  indexes: readonly Index[] = [],
  primaryKey: readonly string[] = [],
): Table<Columns> {
  return { name, columns, indexes, primaryKey }
}
