import type { Delivery } from '../../domain/delivery.ts'
import type { DeadLetterFilter, DeliveryQuery } from '../../ports/deliveries.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Context } from '../process/context.ts'

/** Decided and posted together: one group of the store's writer, with room for others in it. */
const BATCH = 500

/** Which deliveries are moved. */
export interface Matching {
  filter: DeadLetterFilter
  status: DeliveryQuery['status']
  /** Moved at most. */
  limit: number
}

/**
 * Moves the deliveries that fit, newest first, at most `limit` of them. Each is a guarded change of its own, so it is moved once
 * whoever else moves it at the same time, and only what this call has moved is counted; `skipped` were not to be moved. `hasMore` is
 * true when it stopped before the end: at the limit, or because the store takes no more now. Rejects only when nothing was moved.
 *
 * @param move changes one of them; false: it was not to be moved, or somebody else was first
 */
export async function moveMatching(
  { store }: Pick<Context, 'store'>,
  { filter, status, limit }: Matching,
  move: (delivery: Delivery) => Promise<boolean>,
): Promise<{ moved: number; skipped: number; hasMore: boolean }> {
  let moved = 0
  let skipped = 0
  let before: number | null = null
  try {
    do {
      const page = await store.deliveries.list({ ...filter, status, limit: Math.min(BATCH, limit - moved), before })
      const outcomes = await Promise.allSettled(page.rows.map(move))
      moved += outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length
      skipped += outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value).length
      const failure = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failure) throw failure.reason
      before = page.next
    } while (before !== null && moved < limit)
    return { moved, skipped, hasMore: before !== null }
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || moved === 0) throw error
    return { moved, skipped, hasMore: true }
  }
}
