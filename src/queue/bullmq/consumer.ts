import type { Kind } from '../../ports/kinds.ts'
import type { Turn } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { createSlots, type TakeTurn } from '../slots.ts'
import type { Connection } from './connection.ts'
import { openTaker, type Taken, type Taker } from './receiver.ts'

/** Between a failure and the next try, milliseconds. */
const PAUSE_MS = 250
/** A stop waits so long for the answer of a take under way, milliseconds. */
const LAST_TAKE_MS = 1_000
/** Lanes that have waited here for a slot so long go back in line in Redis, milliseconds: another process may have one. */
const GIVE_BACK_MS = 250
/** So many at a time, however many there are. */
const GIVE_BACK = 32

export interface Consumer {
  /** No more turns; resolves when those under way have ended and their lanes are back in line. */
  stop(): Promise<void>
}

/**
 * Takes a message whenever a slot is free, so that a busy process keeps none from the others, and gives its lane a turn. A lane
 * whose tenant holds its share of the slots waits here for a short while. Whatever fails, it goes on until it is stopped.
 */
export function startConsumer(options: {
  url: string
  prefix: string
  kind: Kind
  count: number
  takeTurn: TakeTurn
  hasOthers?: ((tenantId: string) => boolean) | undefined
  wake(lane: string, at?: number): void
  connection: Connection
  clock: Clock
  log: Log
}): Consumer {
  const { kind, wake, connection, clock, log } = options
  const givenUp = new AbortController()
  let stopped = false
  let freed = Promise.withResolvers<void>()
  let taker: Taker | null = null
  /** In a row. */
  let failures = 0

  let givesBack = false
  const slots = createSlots({
    ...options,
    began: () => {},
    ended(lane: string, next: Turn['next']) {
      if (next === 'again') wake(lane)
      else if (next !== null) wake(lane, next)
    },
    freed: () => freed.resolve(),
  })

  async function consume(): Promise<void> {
    while (!stopped) {
      if (connection.isReady()) await takeUntilTrouble()
      if (!stopped) await pause()
    }
  }

  async function takeUntilTrouble(): Promise<void> {
    try {
      taker = await openTaker({ ...options, signal: givenUp.signal })
      await takeFrom(taker)
    } catch (error) {
      tellFailure(error)
    } finally {
      await taker?.close()
      taker = null
    }
  }

  async function takeFrom(open: Taker): Promise<void> {
    while (!stopped) {
      if (slots.free() === 0) {
        freed = Promise.withResolvers()
        await freed.promise
        continue
      }
      const message = await open.take()
      failures = 0
      if (!message) continue
      if (stopped) {
        await message.putBack()
        return
      }
      slots.add([message.lane], await remove(message))
      giveBackLater()
    }
  }

  function giveBackLater(): void {
    if (givesBack || stopped || slots.waiting() === 0) return
    givesBack = true
    clock.after(GIVE_BACK_MS, () => {
      givesBack = false
      if (stopped) return
      for (const lane of slots.takeBack(GIVE_BACK)) wake(lane)
      giveBackLater()
    })
  }

  async function remove(message: Taken): Promise<number> {
    try {
      return await message.remove()
    } catch (error) {
      // It may be gone without its turn.
      wake(message.lane)
      throw error
    }
  }

  /** Once in a row of failures, and not at the first: of an outage the connection tells itself. */
  function tellFailure(error: unknown): void {
    failures += 1
    if (failures === 2 && !stopped) log.warn({ kind }, 'no turns can be taken from Redis now: trying again', error)
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => void clock.after(PAUSE_MS, resolve))
  }

  const consumed = consume()
  return {
    async stop() {
      stopped = true
      freed.resolve()
      taker?.interrupt()
      const cancel = clock.after(LAST_TAKE_MS, () => givenUp.abort())
      await consumed
      cancel()
      for (const lane of await slots.stop()) wake(lane)
    },
  }
}
