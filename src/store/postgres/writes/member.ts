/** One change on its way into a transaction. */
import type { StatementName } from '../../steps/change.ts'
import type { Params, Step } from '../../steps/step.ts'
import type { Command } from '../connection/wire.ts'
import { type Statement, statement, valuesOf, type WriteStatement } from '../statements/statement.ts'
import { STATEMENTS } from '../statements/statements.ts'

/** A statement of a change, bound. */
export interface BoundWrite {
  command: Command
  guarded: boolean
  /** The row that it changes, as a text in which groups sort. */
  row: string | null
  /** Locks what it judges. */
  before: Command | null
}

/** A change with what decides how it is written. */
export interface Member {
  writes: readonly BoundWrite[]
  /** `none`: nothing can miss. `first`: only the first statement can. `late`: another one can, and then what was written is undone. */
  guards: 'none' | 'first' | 'late'
  /** The rows that it changes. */
  rows: ReadonlySet<string>
  insertsEvents: boolean
  /** Asks for a record that only this change inserts, and so whether it was written; null: it inserts none with an id of its own. */
  trace: Command | null
  bytes: number
}

/** Inserts of records with an id of their own. */
const TRACES: Partial<Record<StatementName, Statement>> = {
  insertJob: statement('SELECT 1 FROM jobs WHERE id = @id'),
  insertEvent: statement('SELECT 1 FROM events WHERE id = @id'),
  insertDelivery: statement('SELECT 1 FROM deliveries WHERE id = @id'),
}

/** The change of these steps. Throws when a parameter is missing. */
export function memberOf(steps: readonly Step<StatementName>[]): Member {
  const writes = steps.map(bind)
  const late = writes.some(({ guarded }, at) => guarded && at > 0)
  return {
    writes,
    guards: late ? 'late' : writes[0]?.guarded ? 'first' : 'none',
    rows: new Set(writes.flatMap(({ row }) => (row === null ? [] : [row]))),
    insertsEvents: steps.some(({ statement }) => statement === 'insertEvent'),
    trace: traceOf(steps),
    bytes: writes.reduce((sum, { command }) => sum + weightOf(command), 100),
  }
}

/** A statement with the values of its parameters. */
export function commandOf({ sql, name, names }: Statement, params: Params): Command {
  return { sql, name, values: valuesOf(names, params) }
}

function traceOf(steps: readonly Step<StatementName>[]): Command | null {
  for (const { statement, params } of steps) {
    const trace = TRACES[statement]
    if (trace !== undefined) return commandOf(trace, params)
  }
  return null
}

function bind({ statement, params }: Step<StatementName>): BoundWrite {
  const write: WriteStatement = STATEMENTS[statement]
  return {
    command: commandOf(write, params),
    guarded: write.guarded,
    row: write.row === null ? null : rowOf(write.row, params),
    before: write.before === null ? null : commandOf(write.before, params),
  }
}

function rowOf([table, ...names]: NonNullable<WriteStatement['row']>, params: Params): string {
  return [table, ...names.map((name) => params[name])].join(' ')
}

function weightOf({ values }: Command): number {
  return values.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8),
    0,
  )
}
