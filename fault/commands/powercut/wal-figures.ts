/** Counts commits and fsyncs of the write-ahead log. File format: sqlite.org/fileformat2.html, section 4. */
import type { Change, Sync } from './disk.ts'

const LOG = /-wal$/
const FRAME_HEADER_BYTES = 24
/** In a frame's header: the database's size in pages after a commit, 0 for every frame but the last of a transaction. */
const SIZE_AFTER_COMMIT = 4

export interface WalFigures {
  change(change: Change): void
  sync(sync: Sync): void
  /** Transactions written. */
  readonly commits: number
  /** Those followed by another one, or by the end, without an fsync between. */
  readonly unsynced: number
  readonly fsyncs: number
}

export function createWalFigures(): WalFigures {
  let commits = 0
  let synced = 0
  let fsyncs = 0
  let isOpen = false
  return {
    change(change) {
      if (change.do !== 'write' || !LOG.test(change.name) || change.bytes.length !== FRAME_HEADER_BYTES) return
      if (change.bytes.readUInt32BE(SIZE_AFTER_COMMIT) === 0) return
      commits += 1
      isOpen = true
    },
    sync(sync) {
      if (typeof sync === 'string' || !LOG.test(sync.file)) return
      fsyncs += 1
      if (isOpen) synced += 1
      isOpen = false
    },
    get commits() {
      return commits
    },
    get unsynced() {
      return commits - synced
    },
    get fsyncs() {
      return fsyncs
    },
  }
}
