import { Worker } from 'bullmq'
import type { Kind } from '../../ports/kinds.ts'
import type { Clock } from '../../ports/runtime.ts'
import { CONNECTION_OPTIONS, within } from './connection.ts'
import type { Message } from './message.ts'

/** One blocking wait for a message, seconds. Long, so that an idle process asks Redis for little. */
const WAIT_S = 10
/** What has no answer by then is given up with its connection, milliseconds: well beyond a wait and a frozen Redis that comes back. */
const OVERDUE_MS = 30_000
/** A message taken is removed at once; what is held longer was taken by a process that is gone, milliseconds. */
const LOCK_MS = 500
/** How often such messages are looked for, milliseconds. It takes two looks to put one back. */
const LOOK_EVERY_MS = 5_000
/** A taker may follow on one that lost a message: so many looks come as fast as locks expire. */
const FAST_LOOKS = 4

/** A message in our hands. */
export interface Taken {
  lane: string
  /** Ends the message: after that, and not before, its turn may begin. Gives the number of lanes that stand in line. */
  remove(): Promise<number>
  /** Puts it back, first in line. */
  putBack(): Promise<void>
}

/**
 * Takes messages of one kind, on connections of its own that never come back: when one is lost or does not answer, the
 * taker is closed and another one opened. So a take whose answer was lost is known to be lost, and no worker waits on
 * after a reconnection for a marker that was taken by the dead.
 */
export interface Taker {
  /** Waits some seconds for a message. Rejects when this taker is of no more use. */
  take(): Promise<Taken | null>
  /** Ends a wait under way; a message that has been taken is still given. */
  interrupt(): void
  close(): Promise<void>
}

export interface TakerOptions {
  url: string
  prefix: string
  kind: Kind
  clock: Clock
  /** Makes the taker of no more use, at once. */
  signal: AbortSignal
}

/** Rejects when Redis cannot be reached. */
export async function openTaker({ url, prefix, kind, clock, signal }: TakerOptions): Promise<Taker> {
  const worker = new Worker<Message>(kind, null, {
    connection: { url, ...CONNECTION_OPTIONS, maxRetriesPerRequest: null, retryStrategy: () => null },
    prefix,
    drainDelay: WAIT_S,
    lockDuration: LOCK_MS,
    // Only the least pause between two looks of whichever processes: we look by our own timer.
    stalledInterval: LOCK_MS,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  })
  const lost = new AbortController()
  const lose = (error: Error = new Error('the connection was closed')) => lost.abort(error)
  worker.on('error', lose)
  worker.on('ioredis:close', () => lose())
  const unusable = AbortSignal.any([lost.signal, signal])
  const orLost = <T>(answer: Promise<T>): Promise<T> => within(clock, OVERDUE_MS, answer, unusable)

  const backend = worker.getBackend()
  let interrupted = false
  let cancelLook = () => {}

  async function close(): Promise<void> {
    cancelLook()
    await worker.close(true)
  }

  /** What was taken by the dead goes back in line. Should that fail, the next look does it; a lost connection shows elsewhere. */
  function look(nth: number): void {
    backend.moveStalledJobsToWait().catch(() => {})
    cancelLook = clock.after(nth < FAST_LOOKS ? LOCK_MS + 100 : LOOK_EVERY_MS, () => look(nth + 1))
  }

  try {
    await orLost(worker.waitUntilReady())
    const [client, blocking] = await orLost(Promise.all([backend.client, backend.blockingClient]))
    blocking?.on('close', () => {
      if (!interrupted) lose()
    })
    look(1)

    return {
      async take() {
        const message = await orLost(worker.getNextJob(worker.id, { block: true }))
        if (!message) return null
        return {
          lane: message.data.lane,
          async remove() {
            const removed = message.moveToCompleted(null, worker.id, false)
            const [waiting] = await orLost(Promise.all([client.llen(worker.toKey('wait')), removed]))
            return waiting
          },
          async putBack() {
            await orLost(message.moveToWait(worker.id))
          },
        }
      },
      interrupt() {
        interrupted = true
        void backend.disconnectBlocking(false)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
