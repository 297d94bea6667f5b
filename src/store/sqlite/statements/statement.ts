/** A write's SQL text. Parameters stand in it as `@name`. */
import type { Param, Params } from '../../steps/step.ts'

/** A write as SQLite prepares it. */
export interface Statement {
  /** With a `?` for each parameter. */
  sql: string
  /** The parameter that each `?` stands for, in order. */
  names: readonly string[]
  /** A guarded statement that changes no row has missed: nothing of its change is written. */
  guarded: boolean
}

/** A write that must change a row: when it changes none, nothing of its change is written. */
export function guarded(text: string): Statement {
  return { ...positional(text), guarded: true }
}

/** A write that may change no row. */
export function plain(text: string): Statement {
  return { ...positional(text), guarded: false }
}

/** Gives the values in the order of the statement. Throws for a parameter that is missing. */
export function valuesOf(names: readonly string[], params: Params): Param[] {
  return names.map((name) => {
    const value = params[name]
    if (value === undefined) throw new Error(`the parameter ${name} is missing`)
    return value instanceof Uint8Array ? tight(value) : value
  })
}

/** Drops the spare room of a view: a message copies the whole buffer under it (8 KiB for a small Buffer). */
export function tight(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

/** The driver binds by position in a third of the time that it takes by name. */
function positional(text: string): Pick<Statement, 'sql' | 'names'> {
  const names: string[] = []
  const sql = text.replace(/@(\w+)/g, (_, name: string) => {
    names.push(name)
    return '?'
  })
  return { sql, names }
}
