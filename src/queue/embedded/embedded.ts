/**
 * The queue port in memory, for one process: for each kind the lanes that wait, and a timer for each lane that is due later.
 * A crash loses it, and no work with it: the sweep at the start wakes again what is due.
 */
import type { Kind } from '../../ports/kinds.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { createSlots, type Slots, type TakeTurn } from '../slots.ts'

/** A queue without lanes. It keeps nothing outside of this process. */
export function createEmbeddedQueue(clock: Clock, log: Log): Queue {
  const kinds: Record<Kind, KindQueue> = { job: createKindQueue('job', clock, log), delivery: createKindQueue('delivery', clock, log) }
  return {
    wake: (kind, lane, at) => kinds[kind].wake(lane, at),
    consume: (kind, slots, takeTurn, hasOthers) => kinds[kind].consume(slots, takeTurn, hasOthers),
    stop: async () => {
      await Promise.all([kinds.job.stop(), kinds.delivery.stop()])
    },
    health: async () => ({ ok: true, reason: null, details: {} }),
    close: async () => {
      await Promise.all([kinds.job.stop(), kinds.delivery.stop()])
    },
  }
}

type KindQueue = ReturnType<typeof createKindQueue>

function createKindQueue(kind: Kind, clock: Clock, log: Log) {
  /** Lanes woken before anybody consumes. */
  const early = new Set<string>()
  const timers = new Map<string, { at: number; cancel: () => void }>()
  /** Lanes whose turn is under way, and whether they were woken meanwhile. */
  const turns = new Map<string, boolean>()
  let slots: Slots | null = null
  let stopped = false

  function wake(lane: string, at?: number): void {
    if (stopped) return
    if (at !== undefined && at > clock.now()) {
      wakeLater(lane, at)
      return
    }
    forgetTimer(lane)
    if (turns.has(lane)) {
      turns.set(lane, true)
      return
    }
    if (slots === null) early.add(lane)
    else slots.add([lane])
  }

  function wakeLater(lane: string, at: number): void {
    const timer = timers.get(lane)
    if (timer && timer.at <= at) return
    timer?.cancel()
    timers.set(lane, { at, cancel: clock.after(at - clock.now(), () => wake(lane)) })
  }

  function forgetTimer(lane: string): void {
    timers.get(lane)?.cancel()
    timers.delete(lane)
  }

  function turnEnded(lane: string, next: 'again' | number | null): void {
    const woken = turns.get(lane) === true
    turns.delete(lane)
    if (woken || next === 'again') wake(lane)
    else if (next !== null) wake(lane, next)
  }

  return {
    wake,
    consume(count: number, takeTurn: TakeTurn, hasOthers?: (tenantId: string) => boolean): void {
      const began = (lane: string) => void turns.set(lane, false)
      slots = createSlots({ kind, count, takeTurn, hasOthers, began, ended: turnEnded, freed: () => {}, clock, log })
      slots.add(early)
      early.clear()
    },
    async stop(): Promise<void> {
      stopped = true
      for (const timer of timers.values()) timer.cancel()
      timers.clear()
      await slots?.stop()
    },
  }
}
