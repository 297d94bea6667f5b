import type Database from 'better-sqlite3'

/** Pages given back at a time: about a millisecond of the writer's. */
const STEP = 50
/** Free pages that stay for what is written next: a share of the file, and never fewer than these (4 MB). */
const KEPT_SHARE = 0.1
const KEPT_PAGES = 1000

/**
 * Shrinks the file after a purge, a little at a time, as transactions of its own. What a steady service frees it soon fills
 * again, so a tenth of the file may stay free.
 *
 * @returns takes one step, and answers whether there is another to take
 */
export function spaceReturner(db: Database.Database): () => boolean {
  const free = db.prepare<[], number>('PRAGMA freelist_count').pluck()
  const pages = db.prepare<[], number>('PRAGMA page_count').pluck()
  const canShrink = db.pragma('auto_vacuum', { simple: true }) === 2
  return () => {
    const excess = (free.get() ?? 0) - Math.max(KEPT_PAGES, (pages.get() ?? 0) * KEPT_SHARE)
    if (!canShrink || excess <= 0) return false
    // Not as a prepared statement: the driver would stop after the first page.
    db.exec(`PRAGMA incremental_vacuum(${STEP})`)
    return excess > STEP
  }
}
