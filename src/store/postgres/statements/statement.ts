/** SQL text as PostgreSQL takes it. Parameters stand in it as `@name`. */
import { createHash } from 'node:crypto'
import type { Param, Params } from '../../steps/step.ts'

/** A statement with the parameters that its numbers stand for. */
export interface Statement {
  /** With `$1`, `$2`… for the parameters. */
  sql: string
  /** The parameter of each number, in order. */
  names: readonly string[]
  /** Under which a connection keeps it prepared; empty: it is parsed each time. */
  name: string
}

/** A write. */
export interface WriteStatement extends Statement {
  /** A guarded statement that changes no row has missed: nothing of its change is written. */
  guarded: boolean
  /** Table and parameters of the row that it changes: guards of a group run in the order of these, so that groups never lock crosswise. */
  row: readonly [table: string, ...params: string[]] | null
  /** Locks what the write judges, in a statement of its own before it: only the next statement sees what others have committed by then. */
  before: Statement | null
}

/** A statement that each connection prepares once. */
export function statement(text: string): Statement {
  const parsed = positional(text)
  return { ...parsed, name: createHash('sha256').update(parsed.sql).digest('hex').slice(0, 16) }
}

/** A statement of many forms, which no connection keeps. */
export function passing(text: string): Statement {
  return { ...positional(text), name: '' }
}

/** A write that must change a row: when it changes none, nothing of its change is written. */
export function guarded(text: string, row: WriteStatement['row'] = null, before: Statement | null = null): WriteStatement {
  return { ...statement(text), guarded: true, row, before }
}

/** A write that may change no row. */
export function plain(text: string, row: WriteStatement['row'] = null, before: Statement | null = null): WriteStatement {
  return { ...statement(text), guarded: false, row, before }
}

/** Gives the values in the order of the statement. Throws for a parameter that is missing. */
export function valuesOf(names: readonly string[], params: Params): Param[] {
  return names.map((name) => {
    const value = params[name]
    if (value === undefined) throw new Error(`the parameter ${name} is missing`)
    return value
  })
}

function positional(text: string): Pick<Statement, 'sql' | 'names'> {
  const names: string[] = []
  const sql = text.replace(/@(\w+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { sql, names }
}
