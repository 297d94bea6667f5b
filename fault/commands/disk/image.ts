/** Damaged copies of a data folder, each made of a seed. */
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { Rng } from '../../harness/rng.ts'

const PAGE_BYTES = 4096
const SCATTERED_BYTES = 1000
/** Of the log: something of it is always left. */
const LOG_HEADER_BYTES = 32

export interface Damage {
  name: string
  /** Does it to the file at `path`, or to the log beside it. */
  to(path: string, rng: Rng): void
}

export const EMPTY: Damage = { name: 'the database empty', to: (path) => truncateSync(path, 0) }

/** What must be noticed, and at the end what must not: it is how a crash in the midst of a write looks. */
export const DAMAGES: readonly Damage[] = [
  { name: `${SCATTERED_BYTES} bytes of the database`, to: (path, rng) => change(path, (bytes) => scatter(bytes, rng, SCATTERED_BYTES)) },
  { name: 'a page of random bytes', to: (path, rng) => changePage(path, rng, (page) => scatter(page, rng, 2 * PAGE_BYTES)) },
  { name: 'the database cut', to: (path, rng) => cut(path, rng, 1) },
  EMPTY,
  { name: 'a text in the place of the database', to: (path) => writeFileSync(path, 'This is no database.\n'.repeat(1000)) },
  { name: 'the log cut', to: (path, rng) => cut(`${path}-wal`, rng, LOG_HEADER_BYTES) },
  { name: 'the log scratched', to: (path, rng) => change(`${path}-wal`, (bytes) => scatter(bytes, rng, 10)) },
  { name: 'the log gone', to: (path) => rmSync(`${path}-wal`) },
  { name: 'a tail of the log that never was committed', to: (path) => appendFileSync(`${path}-wal`, Buffer.alloc(2 * PAGE_BYTES, 'tail')) },
]

/** What SQLite may not notice, because it keeps no checksums of its pages: a value may be another one. */
export const SILENT_DAMAGES: readonly Damage[] = [
  { name: 'one byte of the database', to: (path, rng) => change(path, (bytes) => scatter(bytes, rng, 1)) },
  { name: 'a page of zeros', to: (path, rng) => changePage(path, rng, (page) => page.fill(0)) },
  { name: 'a page in the place of another', to: (path, rng) => changePage(path, rng, (page, other) => page.set(other)) },
]

function change(path: string, how: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path)
  how(bytes)
  writeFileSync(path, bytes)
}

function scatter(bytes: Buffer, rng: Rng, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const at = rng.between(0, bytes.length - 1)
    bytes[at] = (bytes[at] ?? 0) ^ rng.between(1, 255)
  }
}

function changePage(path: string, rng: Rng, how: (page: Buffer, other: Buffer) => void): void {
  change(path, (bytes) => {
    const pick = () => {
      const from = PAGE_BYTES * rng.between(0, bytes.length / PAGE_BYTES - 1)
      return bytes.subarray(from, from + PAGE_BYTES)
    }
    how(pick(), Buffer.from(pick()))
  })
}

function cut(path: string, rng: Rng, least: number): void {
  truncateSync(path, rng.between(least, readFileSync(path).length - 1))
}
