/**
 * Records that wait in the memory of this very process: just committed ones, without another read, and jobs that were leased ahead of their
 * turn. Each is stored under this process's lease, so no claim takes it, and a crash leaves it for the next start to reclaim.
 *
 * A lane holds at most 64 records, and all lanes so many bytes; further records stay in the store. Of those little is known: when the
 * earliest of the lane is due, and whether one may be of a higher priority than what is held. The sweep at the start sets it for every
 * lane, and from then on `stored` notes every record that this process leaves to the store.
 */
import type { Kind } from '../../ports/kinds.ts'
import { BUFFERING, type Buffered, type Buffering } from './buffered.ts'

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
  /** Earliest due time of what the store holds unleased for this lane; null = nothing. */
  storedDueAt: number | null
  /** No due record of the store's share has a higher priority, but for those that `overtakeAt` stands for. */
  priority: number
  /** From when on the store's share may have a record of a higher priority; null = it has none. */
  overtakeAt: number | null
  /** Counts what was added to the store's share, so that an older claim's answer does not hide it. */
  generation: number
  /** Settles when the records that are being leased ahead have arrived; null = none are. */
  arrival: Promise<void> | null
}

/** What an answer of the store tells of its share of a lane. */
export interface StoreShare {
  /** When its next record is due; null = it has none. */
  nextDueAt: number | null
  /** What it has of a higher priority, where the answer tells: none that is due above `priority`, and nothing more before `nextLaterAt`. */
  above?: { priority: number; nextLaterAt: number | null }
}

/** What is known of the share of a lane that the store holds. */
interface StoreShares {
  /** A record of this lane, due at `dueAt`, is in the store for any worker to claim. A priority that is not known may be the highest. */
  stored(lane: string, dueAt: number, priority?: number): void
  /** When the store's share of the lane is due; null = it has none. */
  storedDueAt(lane: string): number | null
  /** Whether the store may have a due record of the lane with a higher priority than this. */
  mayBeOvertaken(lane: string, priority: number, now: number): boolean
  /** Call right before a claim of the lane. The answer takes what the claim says of the store's share. */
  claiming(lane: string): (share: StoreShare) => void
}

/** The local queue of one kind of lane. */
export interface LocalQueue<W> extends StoreShares {
  /** False when other processes take turns too: then only the store knows what is due. */
  readonly enabled: boolean
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
  /** Places for records that are leased ahead, each with room for the biggest; 0 when the lane holds enough or none of its may come. */
  reserveAhead(lane: string, now: number): number
  /** The places are filled when `arrival` gives records, which need not be so many; those that stay empty are given back. */
  arriving(lane: string, places: number, arrival: Promise<readonly W[]>): Promise<void>
  /** Settles when what is being leased ahead has arrived; null when nothing is. */
  arrival(lane: string): Promise<void> | null
}

function createLocalQueue<W>(enabled: boolean, { idOf, bytesOf, isBefore }: Buffering<W>): LocalQueue<W> {
  const lanes = new Map<string, LaneState<W>>()
  /** Of held and of reserved records. */
  let bytesInAll = 0

  function laneOf(lane: string): LaneState<W> {
    let state = lanes.get(lane)
    if (!state) {
      state = {
        held: [],
        reserved: 0,
        storedDueAt: null,
        priority: Number.NEGATIVE_INFINITY,
        overtakeAt: null,
        generation: 0,
        arrival: null,
      }
      lanes.set(lane, state)
    }
    return state
  }

  /** A lane nobody waits in costs no memory. */
  function forgetIfIdle(lane: string, state: LaneState<W>): void {
    if (state.held.length === 0 && state.reserved === 0 && state.storedDueAt === null) lanes.delete(lane)
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

  function isBacklog(state: LaneState<W>, now: number): boolean {
    return state.storedDueAt !== null && state.storedDueAt <= now
  }

  return {
    enabled,
    reserve(lane, bytes, now) {
      if (!enabled || bytes > MAX_HELD_BYTES || bytesInAll + RECORD_BYTES + bytes > MAX_BYTES_IN_ALL) return false
      const state = laneOf(lane)
      // Once the store holds due records of the lane, newer ones queue up behind them.
      if (isBacklog(state, now) || state.held.length + state.reserved >= HELD_PER_LANE) return false
      state.reserved += 1
      bytesInAll += RECORD_BYTES + bytes
      return true
    },
    unreserve(lane, bytes) {
      const state = laneOf(lane)
      state.reserved -= 1
      bytesInAll -= RECORD_BYTES + bytes
      forgetIfIdle(lane, state)
    },
    put(lane, work) {
      const state = laneOf(lane)
      state.reserved -= 1
      insert(state, work)
    },
    putBack(lane, work) {
      bytesInAll += RECORD_BYTES + bytesOf(work)
      insert(laneOf(lane), work)
    },
    take: (lane, mayRun) => extract(lane, mayRun),
    remove: (lane, id) => extract(lane, (work) => idOf(work) === id),
    peek(lane, mayRun) {
      return lanes.get(lane)?.held.find(mayRun) ?? null
    },
    count: (lane) => lanes.get(lane)?.held.length ?? 0,
    stored(lane, dueAt, priority = Number.POSITIVE_INFINITY) {
      if (!enabled) return
      const state = laneOf(lane)
      state.generation += 1
      state.storedDueAt = earlier(state.storedDueAt, dueAt)
      if (priority > state.priority) state.overtakeAt = earlier(state.overtakeAt, dueAt)
    },
    storedDueAt(lane) {
      return lanes.get(lane)?.storedDueAt ?? null
    },
    mayBeOvertaken(lane, priority, now) {
      const state = lanes.get(lane)
      if (!state || !isBacklog(state, now)) return false
      return state.priority > priority || (state.overtakeAt !== null && state.overtakeAt <= now)
    },
    claiming(lane) {
      if (!enabled) return () => {}
      const { generation } = laneOf(lane)
      return ({ nextDueAt, above }) => {
        const state = laneOf(lane)
        const isCurrent = generation === state.generation || state.storedDueAt === null
        state.storedDueAt = isCurrent ? nextDueAt : earlier(state.storedDueAt, nextDueAt)
        if (above) {
          state.priority = isCurrent ? above.priority : Math.max(state.priority, above.priority)
          state.overtakeAt = isCurrent ? above.nextLaterAt : earlier(state.overtakeAt, above.nextLaterAt)
        }
        forgetIfIdle(lane, state)
      }
    },
    reserveAhead(lane, now) {
      const state = lanes.get(lane)
      if (!enabled || !state || state.arrival !== null || !isBacklog(state, now)) return 0
      const waiting = state.held.length + state.reserved
      const places = HELD_PER_LANE - waiting
      const bytes = places * (RECORD_BYTES + MAX_HELD_BYTES)
      if (waiting > LOW || bytesInAll + bytes > MAX_BYTES_IN_ALL) return 0
      state.reserved += places
      bytesInAll += bytes
      return places
    },
    async arriving(lane, places, arrival) {
      const state = laneOf(lane)
      const { promise, resolve } = Promise.withResolvers<void>()
      state.arrival = promise
      let works: readonly W[] = []
      try {
        works = await arrival
      } finally {
        state.reserved -= places
        bytesInAll -= places * (RECORD_BYTES + MAX_HELD_BYTES)
        for (const work of works) {
          bytesInAll += RECORD_BYTES + bytesOf(work)
          insert(state, work)
        }
        state.arrival = null
        resolve()
        forgetIfIdle(lane, state)
      }
    },
    arrival: (lane) => lanes.get(lane)?.arrival ?? null,
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

/** The local queues of a process, one for each kind of lane. */
export type LocalQueues = { [K in Kind]: LocalQueue<Buffered[K]> }

/** Empty queues. `enabled` is false beside other processes, see `LocalQueue.enabled`. */
export function createLocalQueues(enabled: boolean): LocalQueues {
  return { job: createLocalQueue(enabled, BUFFERING.job), delivery: createLocalQueue(enabled, BUFFERING.delivery) }
}
