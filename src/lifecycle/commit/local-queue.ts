/**
 * Records that wait in the memory of this very process: just committed ones, without another read, and those that were leased ahead of
 * their turn. Each is stored under this process's lease, so no claim takes it, and a crash leaves it for the next start to reclaim.
 *
 * A lane holds at most 64 records, and all lanes so many bytes; further records stay in the store.
 */
import type { Kind } from '../../ports/kinds.ts'
import { BUFFERING, type Buffered, type Buffering } from './buffered.ts'
import { createStoreShare, type StoreShare } from './store-share.ts'

/** Held records of one lane; more stay in the store. */
const HELD_PER_LANE = 64
/** A lane that holds no more than this and has due records in the store is worth a lease ahead. */
const LOW = HELD_PER_LANE / 2
/** A bigger body is not kept in memory while it waits. */
export const MAX_HELD_BYTES = 64 * 1024
/** Of all lanes together: jobs, and deliveries again. */
const MAX_BYTES_IN_ALL = 32 * 1024 * 1024
/** What holding a record costs besides its body, about. */
const RECORD_BYTES = 2 * 1024

interface LaneState<W> {
  held: W[]
  reserved: number
  /** Settles when the records that are being leased ahead have arrived; null = none are. */
  arrival: Promise<void> | null
}

/** The local queue of one kind of lane. */
export interface LocalQueue<W> {
  /** False when other processes take turns too: then only the store knows what is due. */
  readonly enabled: boolean
  /** What waits in the store besides. */
  readonly stored: StoreShare
  readonly ahead: LeasesAhead<W>
  /** A place for a record of `bytes` about to be committed, or false: then it belongs to the store. */
  reserve(lane: string, bytes: number, now: number): boolean
  /** The commit of a record reserved with so many bytes failed. */
  unreserve(lane: string, bytes: number): void
  /** A reserved record is durable now. */
  put(lane: string, work: W): void
  /** A record that was taken out could not be dealt with: it is held again. */
  putBack(lane: string, work: W): void
  /** Takes the first held record that may run. */
  take(lane: string, mayRun: (work: W) => boolean): W | null
  /** Takes one record out by id. */
  remove(lane: string, id: string): W | null
  /** The first held record that may run, left where it is. */
  peek(lane: string, mayRun: (work: W) => boolean): W | null
  /** Records of the lane held in memory. */
  count(lane: string): number
}

/** Places of the local queue for records that are leased ahead of their turn. */
export interface LeasesAhead<W> {
  /** Reserves places, each with room for the biggest record; 0 when the lane holds enough, or the store has nothing due for it. */
  reserve(lane: string, now: number): number
  /** The places are filled when `works` come, which need not be so many; those that stay empty are given back. Rejects as `works` does. */
  fill(lane: string, places: number, works: Promise<readonly W[]>): Promise<void>
  /** Settles when what is under way has arrived; null when nothing is. */
  arrival(lane: string): Promise<void> | null
}

function createLocalQueue<W>(enabled: boolean, { idOf, bytesOf, isBefore }: Buffering<W>): LocalQueue<W> {
  const lanes = new Map<string, LaneState<W>>()
  const stored = createStoreShare(enabled)
  /** Of held and of reserved records. */
  let bytesInAll = 0

  function laneOf(lane: string): LaneState<W> {
    const state = lanes.get(lane) ?? { held: [], reserved: 0, arrival: null }
    lanes.set(lane, state)
    return state
  }

  /** A lane nobody waits in costs no memory. */
  function forgetIfIdle(lane: string, { held, reserved }: LaneState<W>): void {
    if (held.length === 0 && reserved === 0) lanes.delete(lane)
  }

  function insert(state: LaneState<W>, work: W): void {
    let at = state.held.length
    while (at > 0 && isBefore(work, state.held[at - 1] as W)) at -= 1
    state.held.splice(at, 0, work)
  }

  function extract(lane: string, wanted: (work: W) => boolean): W | null {
    const state = lanes.get(lane)
    const at = state?.held.findIndex(wanted) ?? -1
    if (!state || at < 0) return null
    const [work] = state.held.splice(at, 1) as [W]
    bytesInAll -= RECORD_BYTES + bytesOf(work)
    forgetIfIdle(lane, state)
    return work
  }

  function putBack(lane: string, work: W): void {
    bytesInAll += RECORD_BYTES + bytesOf(work)
    insert(laneOf(lane), work)
  }

  /** Changes what is reserved of a lane and of the bytes. */
  function hold(lane: string, places: number, bytes: number): void {
    const state = laneOf(lane)
    state.reserved += places
    bytesInAll += places * RECORD_BYTES + bytes
    forgetIfIdle(lane, state)
  }

  const ahead: LeasesAhead<W> = {
    reserve(lane, now) {
      const { held = [], reserved = 0, arrival = null } = lanes.get(lane) ?? {}
      const places = HELD_PER_LANE - held.length - reserved
      const bytes = places * MAX_HELD_BYTES
      if (!enabled || arrival !== null || !stored.isDue(lane, now) || held.length + reserved > LOW) return 0
      if (bytesInAll + places * RECORD_BYTES + bytes > MAX_BYTES_IN_ALL) return 0
      hold(lane, places, bytes)
      return places
    },
    async fill(lane, places, works) {
      const { promise, resolve } = Promise.withResolvers<void>()
      laneOf(lane).arrival = promise
      try {
        for (const work of await works) putBack(lane, work)
      } finally {
        laneOf(lane).arrival = null
        hold(lane, -places, -places * MAX_HELD_BYTES)
        resolve()
      }
    },
    arrival: (lane) => lanes.get(lane)?.arrival ?? null,
  }

  return {
    enabled,
    stored,
    ahead,
    reserve(lane, bytes, now) {
      if (!enabled || bytes > MAX_HELD_BYTES || bytesInAll + RECORD_BYTES + bytes > MAX_BYTES_IN_ALL) return false
      const { held = [], reserved = 0 } = lanes.get(lane) ?? {}
      // Once the store holds due records of the lane, newer ones queue up behind them.
      if (stored.isDue(lane, now) || held.length + reserved >= HELD_PER_LANE) return false
      hold(lane, 1, bytes)
      return true
    },
    unreserve: (lane, bytes) => hold(lane, -1, -bytes),
    put(lane, work) {
      const state = laneOf(lane)
      state.reserved -= 1
      insert(state, work)
    },
    putBack,
    take: (lane, mayRun) => extract(lane, mayRun),
    remove: (lane, id) => extract(lane, (work) => idOf(work) === id),
    peek: (lane, mayRun) => lanes.get(lane)?.held.find(mayRun) ?? null,
    count: (lane) => lanes.get(lane)?.held.length ?? 0,
  }
}

/** The local queues of a process, one for each kind of lane. */
export type LocalQueues = { [K in Kind]: LocalQueue<Buffered[K]> }

/** Empty queues. `enabled` is false beside other processes, see `LocalQueue.enabled`. */
export function createLocalQueues(enabled: boolean): LocalQueues {
  return { job: createLocalQueue(enabled, BUFFERING.job), delivery: createLocalQueue(enabled, BUFFERING.delivery) }
}
