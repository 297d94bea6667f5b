/** Fills an empty database with the rows of another one, in one transaction: killed in between, it has changed nothing. */
import { CannotOpen } from '../../folder/cannot-open.ts'
import { type AnyRow, digestOf, type TableDigest } from '../../rows/table-digest.ts'
import type { Param, Params } from '../../steps/step.ts'
import type { Table } from '../../tables/column.ts'
import { TABLES } from '../../tables/tables.ts'
import type { Connection } from '../connection/connect.ts'
import type { Command } from '../connection/wire.ts'
import { passing, statement } from '../statements/statement.ts'
import { commandOf } from './member.ts'
import { assertCommitted, BEGIN, COMMIT, rollback } from './transaction.ts'

/** Rows of one round trip. */
const BATCH = { rows: 500, bytes: 4 * 1024 * 1024 }
/** Rows read back at a time; of tables that may hold large bytes fewer. */
const FETCH = { rows: 500, large: 8 }
/** What a process says of itself while it runs: none does. What was under their leases is taken back at the start. */
const LEFT_OUT = ['workers']

/** Where the rows come from. */
export interface RowSource {
  rowsOf(table: Table): Iterable<AnyRow>
  /** The highest number that the table's sequence has given. */
  lastOf(table: Table): number
}

/** Each table that was copied, by name. */
export type CopiedTables = Readonly<Record<string, TableDigest>>

/**
 * Copies every table but those of running processes and compares what the database gives back. No process can use it meanwhile. Throws
 * `CannotOpen` when it is not empty or gives back something else.
 */
export async function copyIn(connection: Connection, source: RowSource): Promise<CopiedTables> {
  const copied: Record<string, TableDigest> = {}
  const tables = Object.values<Table>(TABLES)
  const lock = `LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`
  const patience = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'].map((name) => `SET LOCAL ${name} = 0`)
  try {
    await connection.run([BEGIN, ...patience.map(plainly), plainly(lock)])
    for (const table of tables) await assertEmpty(connection, table)
    await connection.run([plainly('DELETE FROM tenants'), plainly('DELETE FROM meta')])
    for (const table of tables.filter(({ name }) => !LEFT_OUT.includes(name))) {
      const given = await insertAll(connection, table, source.rowsOf(table))
      if ('seq' in table.columns) await setSequence(connection, table, source.lastOf(table))
      const kept = await readBack(connection, table)
      if (given.rows !== kept.rows || given.sum !== kept.sum) {
        throw new CannotOpen(`the copy of ${table.name} differs: ${told(given)} were given, ${told(kept)} are there; nothing was kept`)
      }
      copied[table.name] = kept
    }
    for (const { name } of tables) await connection.run([plainly(`ANALYZE ${name}`)])
    const [outcome] = await connection.run([COMMIT])
    assertCommitted(outcome)
    return copied
  } catch (error) {
    await rollback(connection)
    throw error
  }
}

/** A database that has had its tables for as long as nobody has used it holds the first tenant, and its own id. */
async function assertEmpty({ run }: Connection, { name }: Table): Promise<void> {
  const own: Readonly<Record<string, string>> = { tenants: `id <> 'tnt_default' OR version > 1`, meta: `key <> 'installation'` }
  const [found] = await run([plainly(`SELECT 1 FROM ${name} WHERE ${own[name] ?? 'true'} LIMIT 1`)])
  if (found?.rows.length !== 0) throw new CannotOpen(`the PostgreSQL database is not empty: its table ${name} has rows. Name an empty one`)
}

async function insertAll({ run }: Connection, table: Table, rows: Iterable<AnyRow>): Promise<TableDigest> {
  const names = Object.keys(table.columns)
  const insert = statement(`INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${names.map((one) => `@${one}`).join(', ')})`)
  const digest = digestOf(table)
  let batch: Command[] = []
  let bytes = 0
  for (const row of rows) {
    digest.add(row)
    const command = commandOf(insert, row as Params)
    batch.push(command)
    bytes += command.values.reduce<number>((sum, value) => sum + sizeOf(value), 0)
    if (batch.length < BATCH.rows && bytes < BATCH.bytes) continue
    await run(batch)
    batch = []
    bytes = 0
  }
  if (batch.length > 0) await run(batch)
  return digest.done()
}

async function readBack({ run }: Connection, table: Table): Promise<TableDigest> {
  const digest = digestOf(table)
  const isLarge = Object.values(table.columns).some(({ word }) => word === 'bytes')
  await run([plainly(`DECLARE kept CURSOR FOR SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name}`)])
  for (;;) {
    const [page] = await run([plainly(`FETCH ${isLarge ? FETCH.large : FETCH.rows} FROM kept`)])
    for (const row of page?.rows ?? []) digest.add(row)
    if ((page?.rows.length ?? 0) === 0) break
  }
  await run([plainly('CLOSE kept')])
  return digest.done()
}

/** The next row comes after all that the other database has ever given a number. */
async function setSequence({ run }: Connection, { name }: Table, last: number): Promise<void> {
  const set = passing(`SELECT setval(pg_get_serial_sequence('${name}', 'seq'), greatest(@last::bigint, 1), @last::bigint > 0)`)
  await run([commandOf(set, { last })])
}

function plainly(sql: string): Command {
  return { sql, name: '', values: [] }
}

function sizeOf(value: Param): number {
  return typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8
}

function told({ rows, sum }: TableDigest): string {
  return `${rows} rows with the digest ${sum}`
}
