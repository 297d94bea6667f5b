import type { Queue as BullQueue } from 'bullmq'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Connection } from './connection.ts'
import { type Message, messageOf } from './message.ts'

/** A wake-up for a time further away stays out of Redis: the sweep brings it when it is near. Milliseconds. */
const FURTHEST_ALARM_MS = 60_000
/** Lanes sent in one go. */
const BATCH = 100
/** Wake-ups that wait to be sent, and alarms remembered; the sweep brings what is beyond. */
const MOST_LANES = 10_000
/** The time of a lane that is due. */
const NOW = 0

/** The wake-ups of one kind on their way to Redis. */
export interface WakeUps {
  /** @param at milliseconds since the epoch; none = now */
  wake(lane: string, at?: number): void
  /** Called when Redis is there (again): sends what was woken meanwhile. */
  resume(): void
  /** Resolves when what was woken has been sent, or cannot be. */
  flushed(): Promise<void>
}

/**
 * Sends wake-ups of one kind to Redis: those of one event-loop turn together, one batch at a time. What comes while a
 * batch is under way or Redis is away is merged into the next. What Redis refuses is dropped: the sweep wakes it again.
 */
export function createWakeUps(
  queue: Pick<BullQueue<Message>, 'name' | 'addBulk'>,
  connection: Pick<Connection, 'isReady' | 'ask'>,
  clock: Pick<Clock, 'now'>,
  log: Log,
): WakeUps {
  /** When each lane is to be woken. A lane that is due needs no alarm beside it: its turn will say when it is due again. */
  const pending = new Map<string, number>()
  /** The earliest later time that this process has put into Redis for a lane. */
  const alarms = new Map<string, number>()
  let sending: Promise<void> | null = null
  let refused = false

  function add(lane: string, at: number): void {
    const before = pending.get(lane)
    if (before === undefined && pending.size >= MOST_LANES) return
    pending.set(lane, Math.min(at, before ?? at))
  }

  function isLeftToOthers(lane: string, at: number, now: number): boolean {
    const alarm = alarms.get(lane)
    return at > now + FURTHEST_ALARM_MS || (alarm !== undefined && alarm > now && alarm <= at)
  }

  function resume(): void {
    if (sending || pending.size === 0 || !connection.isReady()) return
    sending = new Promise<void>((resolve) => setImmediate(resolve)).then(sendAll)
  }

  async function sendAll(): Promise<void> {
    while (pending.size > 0 && connection.isReady()) {
      const batch = [...pending].slice(0, BATCH)
      for (const [lane] of batch) pending.delete(lane)
      try {
        await connection.ask(() => send(batch))
        refused = false
      } catch (error) {
        if (connection.isReady()) logRefusal(error)
        else for (const [lane, at] of batch) add(lane, at)
      }
    }
    sending = null
  }

  async function send(batch: [lane: string, at: number][]): Promise<void> {
    const now = clock.now()
    await queue.addBulk(batch.map(([lane, at]) => messageOf(lane, at, now)))
    if (alarms.size >= MOST_LANES) alarms.clear()
    for (const [lane, at] of batch) if (at > now) alarms.set(lane, at)
  }

  function logRefusal(error: unknown): void {
    if (!refused) log.warn({ kind: queue.name }, 'Redis refuses wake-ups: the sweep brings them again', error)
    refused = true
  }

  return {
    wake(lane, at = NOW) {
      if (at > NOW && isLeftToOthers(lane, at, clock.now())) return
      add(lane, at)
      resume()
    },
    resume,
    async flushed() {
      await sending
    },
  }
}
