/**
 * The queue port in memory, for one process: a line of lanes for each kind, and a timer for each lane that is due later.
 * It loses everything at a crash, and nothing with it: the sweep at the start tells it again what is due.
 */
import type { Clock, Kind, Log, Queue, Turn } from '../ports.ts'

/** Records taken in one turn at most, so that lanes alternate even when slots are plenty. */
const MAX_TURN = 32
/** A lane whose turn failed goes back to the line after this, milliseconds. */
const FAILED_TURN_PAUSE_MS = 1_000

type TakeTurn = (lane: string, room: number) => Promise<Turn>

export function createEmbeddedQueue(clock: Clock, log: Log): Queue {
  const lines: Record<Kind, Line> = { job: createLine('job', clock, log), delivery: createLine('delivery', clock, log) }
  return {
    wake: (kind, lane, at) => lines[kind].wake(lane, at),
    consume: (kind, slots, takeTurn) => lines[kind].consume(slots, takeTurn),
    stop: async () => {
      await Promise.all([lines.job.stop(), lines.delivery.stop()])
    },
    health: async () => ({ ok: true, reason: null }),
    close: async () => {
      await Promise.all([lines.job.stop(), lines.delivery.stop()])
    },
  }
}

type Line = ReturnType<typeof createLine>

function createLine(kind: Kind, clock: Clock, log: Log) {
  /** Lanes in the order of their turns; a lane stands here at most once. */
  const waiting = new Set<string>()
  const timers = new Map<string, { at: number; cancel: () => void }>()
  /** Lanes whose turn is under way, and whether they were woken meanwhile. */
  const turns = new Map<string, boolean>()
  const underWay = new Set<Promise<void>>()
  let free = 0
  let take: TakeTurn | null = null
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
    waiting.add(lane)
    giveTurns()
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

  function giveTurns(): void {
    while (!stopped && take && free > 0) {
      const [lane] = waiting
      if (lane === undefined) return
      waiting.delete(lane)
      // The others in line get their share of the free slots first.
      const room = Math.min(MAX_TURN, Math.max(1, Math.floor(free / (waiting.size + 1))))
      const turn = giveTurn(take, lane, room)
      underWay.add(turn)
      void turn.finally(() => underWay.delete(turn))
    }
  }

  async function giveTurn(takeTurn: TakeTurn, lane: string, room: number): Promise<void> {
    free -= room
    turns.set(lane, false)
    let turn: Turn
    try {
      turn = await takeTurn(lane, room)
    } catch (error) {
      log.error({ kind, lane, error: String(error) }, 'a turn failed')
      turn = { next: clock.now() + FAILED_TURN_PAUSE_MS, taken: [] }
    }
    free += room - turn.taken.length
    for (const slot of turn.taken) slot.finally(release)
    const woken = turns.get(lane) === true
    turns.delete(lane)
    if (woken || turn.next === 'again') wake(lane)
    else if (turn.next !== null) wake(lane, turn.next)
    giveTurns()
  }

  function release(): void {
    free += 1
    giveTurns()
  }

  return {
    wake,
    consume(slots: number, takeTurn: TakeTurn): void {
      free = slots
      take = takeTurn
      giveTurns()
    },
    async stop(): Promise<void> {
      stopped = true
      for (const timer of timers.values()) timer.cancel()
      timers.clear()
      waiting.clear()
      await Promise.all(underWay)
    },
  }
}
