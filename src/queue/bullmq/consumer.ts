import type { Kind } from '../../ports/kinds.ts'
import type { Turn } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { createSlots, type TakeTurn } from '../slots.ts'
import type { Connection } from './connection.ts'
import { openReceiver, type Received, type Receiver } from './receiver.ts'

/** Between a failure and the next try, milliseconds. */
const PAUSE_MS = 250
/** A stop waits so long for a message under way, milliseconds. */
const LAST_RECEIVE_MS = 1_000
/** Lanes that have waited here for a slot so long go back to Redis, where another process may have one. Milliseconds. */
const GIVE_BACK_MS = 250
/** At most so many lanes go back at a time. */
const GIVE_BACK = 32

/** The loop that receives messages of one kind and gives their lanes turns. */
export interface Consumer {
  /** Begins no more turns; resolves when those under way have ended and the lanes that waited here are back in Redis. */
  stop(): Promise<void>
}

/**
 * Receives a message whenever a slot is free, so that a busy process keeps none from the others, and gives its lane a turn. A lane
 * whose tenant holds its share of the slots waits here for a short while. The loop goes on after every failure, until it is stopped.
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
  const abandon = new AbortController()
  let stopped = false
  let freed = Promise.withResolvers<void>()
  let receiver: Receiver | null = null
  let failuresInARow = 0
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
      if (connection.isReady()) await receiveUntilFailure()
      if (!stopped) await clock.sleep(PAUSE_MS)
    }
  }

  async function receiveUntilFailure(): Promise<void> {
    try {
      receiver = await openReceiver({ ...options, signal: abandon.signal })
      await receiveFrom(receiver)
    } catch (error) {
      logFailure(error)
    } finally {
      await receiver?.close()
      receiver = null
    }
  }

  async function receiveFrom(open: Receiver): Promise<void> {
    while (!stopped) {
      if (slots.free() === 0) {
        freed = Promise.withResolvers()
        await freed.promise
        continue
      }
      const message = await open.receive()
      failuresInARow = 0
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

  async function remove(message: Received): Promise<number> {
    try {
      return await message.remove()
    } catch (error) {
      // The message may be gone without its turn.
      wake(message.lane)
      throw error
    }
  }

  /** Once in a row of failures, and not at the first: the connection logs an outage itself. */
  function logFailure(error: unknown): void {
    failuresInARow += 1
    if (failuresInARow === 2 && !stopped) log.warn({ kind }, 'no turns can be taken from Redis now: trying again', error)
  }

  const consumed = consume()
  return {
    async stop() {
      stopped = true
      freed.resolve()
      receiver?.interrupt()
      const cancel = clock.after(LAST_RECEIVE_MS, () => abandon.abort())
      await consumed
      cancel()
      for (const lane of await slots.stop()) wake(lane)
    },
  }
}
