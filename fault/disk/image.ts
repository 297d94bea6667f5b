/** Damaged copies of a data folder, each made of a seed. */
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { Dice } from '../random.ts'

const PAGE_BYTES = 4096
const SCATTERED_BYTES = 1000
/** Of the log: something of it is always left. */
const LOG_HEADER_BYTES = 32

export interface Damage {
  name: string
  /** Does it to the file at `path`, or to the log beside it. */
  to(path: string, dice: Dice): void
}

export const EMPTY: Damage = { name: 'the database empty', to: (path) => truncateSync(path, 0) }

/** What must be noticed, and at the end what must not: it is how a crash in the midst of a write looks. */
export const DAMAGES: readonly Damage[] = [
  { name: `${SCATTERED_BYTES} bytes of the database`, to: (path, dice) => change(path, (bytes) => scatter(bytes, dice, SCATTERED_BYTES)) },
  { name: 'a page of random bytes', to: (path, dice) => changePage(path, dice, (page) => scatter(page, dice, 2 * PAGE_BYTES)) },
  { name: 'the database cut', to: (path, dice) => cut(path, dice, 1) },
  EMPTY,
  { name: 'a text in the place of the database', to: (path) => writeFileSync(path, 'This is no database.\n'.repeat(1000)) },
  { name: 'the log cut', to: (path, dice) => cut(`${path}-wal`, dice, LOG_HEADER_BYTES) },
  { name: 'the log scratched', to: (path, dice) => change(`${path}-wal`, (bytes) => scatter(bytes, dice, 10)) },
  { name: 'the log gone', to: (path) => rmSync(`${path}-wal`) },
  { name: 'a tail of the log that never was committed', to: (path) => appendFileSync(`${path}-wal`, Buffer.alloc(2 * PAGE_BYTES, 'tail')) },
]

/** What SQLite may not notice, because it keeps no checksums of its pages: a value may be another one. */
export const SILENT_DAMAGES: readonly Damage[] = [
  { name: 'one byte of the database', to: (path, dice) => change(path, (bytes) => scatter(bytes, dice, 1)) },
  { name: 'a page of zeros', to: (path, dice) => changePage(path, dice, (page) => page.fill(0)) },
  { name: 'a page in the place of another', to: (path, dice) => changePage(path, dice, (page, other) => page.set(other)) },
]

function change(path: string, how: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path)
  how(bytes)
  writeFileSync(path, bytes)
}

function scatter(bytes: Buffer, dice: Dice, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const at = dice.between(0, bytes.length - 1)
    bytes[at] = (bytes[at] ?? 0) ^ dice.between(1, 255)
  }
}

function changePage(path: string, dice: Dice, how: (page: Buffer, other: Buffer) => void): void {
  change(path, (bytes) => {
    const pick = () => {
      const from = PAGE_BYTES * dice.between(0, bytes.length / PAGE_BYTES - 1)
      return bytes.subarray(from, from + PAGE_BYTES)
    }
    how(pick(), Buffer.from(pick()))
  })
}

function cut(path: string, dice: Dice, least: number): void {
  truncateSync(path, dice.between(least, readFileSync(path).length - 1))
}
