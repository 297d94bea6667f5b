/**
 * Several statements in one round trip: each is bound and executed, and one Sync ends them all. Outside of BEGIN and COMMIT they are one
 * transaction: an error of any undoes all.
 */
import type { Submittable } from 'pg'
import type { Param } from '../../steps/step.ts'

/** A statement with its values. */
export interface Command {
  sql: string
  /** Under which the connection keeps it prepared; empty: it is parsed each time. */
  name: string
  values: readonly Param[]
}

/** A row by its columns' names. */
export type Row = Record<string, unknown>

/** What became of one statement. */
export interface Outcome {
  rows: Row[]
  /** Rows that were changed, or read. */
  count: number
  /** The server's word for it, such as `COMMIT`. */
  tag: string
}

/** What of the wire's connection is used. */
export interface Wire {
  stream: { cork(): void; uncork(): void }
  parse(query: { name: string; text: string; types: number[] }): void
  bind(query: { portal: string; statement: string; values: readonly Param[]; valueMapper: (value: Param) => string | Buffer | null }): void
  describe(what: { type: 'P'; name: string }): void
  execute(what: { portal: string; rows: number }): void
  sync(): void
}

interface Field {
  name: string
  dataTypeID: number
}

/** Statements on their way, as `pg` takes them. */
export interface Batch extends Submittable {
  /** Rejects with the server's error, or the loss of the connection. */
  finished: Promise<Outcome[]>
  /** What was done before an error. */
  done: readonly Outcome[]
  parseCompleted(): void
}

/** @param prepared the names that this connection keeps; those of the batch are added as the server has them */
export function createBatch(commands: readonly Command[], prepared: Set<string>): Batch {
  const done: Outcome[] = []
  const parsing: string[] = []
  let fields: Field[] = []
  let rows: Row[] = []
  let settle = { resolve: (_: Outcome[]) => {}, reject: (_: unknown) => {} }
  const finished = new Promise<Outcome[]>((resolve, reject) => {
    settle = { resolve, reject }
  })

  function submit(wire: Wire): void {
    wire.stream.cork()
    const parsed = new Set(prepared)
    for (const { sql, name, values } of commands) {
      if (name === '' || !parsed.has(name)) {
        wire.parse({ name, text: sql, types: [] })
        parsing.push(name)
        parsed.add(name)
      }
      wire.bind({ portal: '', statement: name, values, valueMapper: toWire })
      wire.describe({ type: 'P', name: '' })
      wire.execute({ portal: '', rows: 0 })
    }
    wire.sync()
    wire.stream.uncork()
  }

  const handlers = {
    submit,
    parseCompleted() {
      const name = parsing.shift()
      if (name) prepared.add(name)
    },
    handleRowDescription(message: { fields: Field[] }) {
      fields = message.fields
    },
    handleDataRow(message: { fields: (string | null)[] }) {
      rows.push(Object.fromEntries(fields.map(({ name, dataTypeID }, at) => [name, fromWire(message.fields[at] ?? null, dataTypeID)])))
    },
    handleCommandComplete({ text }: { text: string }) {
      done.push({ rows, count: Number(/(\d+)$/.exec(text)?.[1] ?? 0), tag: text.split(' ')[0] ?? '' })
      rows = []
      fields = []
    },
    handleEmptyQuery() {},
    handlePortalSuspended() {},
    handleError(error: unknown) {
      settle.reject(error)
    },
    handleReadyForQuery() {
      settle.resolve(done)
    },
  }
  return { ...handlers, finished, done } as unknown as Batch
}

const INT8 = 20
const INT2 = 21
const INT4 = 23
const FLOAT8 = 701
const BYTEA = 17
const BOOL = 16

function fromWire(text: string | null, type: number): unknown {
  if (text === null) return null
  switch (type) {
    case INT8:
    case INT2:
    case INT4:
    case FLOAT8:
      return Number(text)
    case BYTEA:
      return Buffer.from(text.slice(2), 'hex')
    case BOOL:
      return text === 't'
    default:
      return text
  }
}

/** PostgreSQL keeps no U+0000 in a text; what must be kept as it is, is bytes. A whole number beyond its own becomes the farthest. */
function toWire(value: Param): string | Buffer | null {
  if (value === null) return null
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  if (typeof value !== 'number') return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Number.isFinite(value)) return String(value)
  return String(value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER)
}
