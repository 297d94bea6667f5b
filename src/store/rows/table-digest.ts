/** What a table holds, in two numbers that do not depend on the order of its rows: the same in every SQL dialect. */
import { hash } from 'node:crypto'
import type { Table } from '../tables/column.ts'

/** A row of any table. */
export type AnyRow = Readonly<Record<string, unknown>>

/** A table, counted and digested. */
export interface TableDigest {
  rows: number
  /** The sum of the rows' SHA-256, of which 64 bits count, in hex. */
  sum: string
}

/** A digest under way. */
export interface Digesting {
  add(row: AnyRow): void
  done(): TableDigest
}

/** A digest of the columns of `table`; what a dialect keeps beside them does not count. */
export function digestOf({ columns }: Table): Digesting {
  const names = Object.keys(columns)
  let rows = 0
  let sum = 0n
  return {
    add(row) {
      rows++
      const text = JSON.stringify(names.map((name) => plain(row[name])))
      sum = BigInt.asUintN(64, sum + hash('sha256', text, 'buffer').readBigUInt64BE())
    },
    done: () => ({ rows, sum: sum.toString(16).padStart(16, '0') }),
  }
}

/** Bytes by their own digest. U+0000 in a text counts as what PostgreSQL keeps in its place. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: value.byteLength, sha256: hash('sha256', value) }
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}
