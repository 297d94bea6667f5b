import { Worker } from 'bullmq'
import type { Kind } from '../../ports/kinds.ts'
import type { Clock } from '../../ports/runtime.ts'
import { CONNECTION_OPTIONS, within } from './connection.ts'
import type { Message } from './message.ts'

/** One blocking wait for a message, seconds. Long, so that an idle process asks Redis for little. */
const WAIT_S = 10
/** A command without an answer for so long is given up with its connection, milliseconds: longer than a wait and a freeze of Redis. */
const OVERDUE_MS = 30_000
/** A received message is removed at once; one that is held longer was received by a process that is gone. Milliseconds. */
const LOCK_MS = 500
/** How often such stalled messages are looked for, milliseconds. BullMQ puts one back at the second look. */
const STALLED_CHECK_MS = 5_000
/** A receiver may follow one that lost a message: so many looks come as fast as locks expire. */
const FAST_CHECKS = 4

/** A message that this process holds. */
export interface Received {
  lane: string
  /** Ends the message; only after that may its turn begin. Gives the number of lanes that wait in Redis. */
  remove(): Promise<number>
  /** Puts it back in the first place. */
  putBack(): Promise<void>
}

/**
 * Receives messages of one kind, on connections of its own that never come back: when one is lost or does not answer, the
 * receiver is closed and another one opened. So a message whose delivery was lost is known to be lost, and nobody waits on
 * after a reconnection for a marker that a dead process has taken.
 */
export interface Receiver {
  /** Waits some seconds for a message; null: none came. Rejects when this receiver is of no more use. */
  receive(): Promise<Received | null>
  /** Ends a wait under way; a message that has arrived is still given. */
  interrupt(): void
  close(): Promise<void>
}

/** Where messages are received, and until when. */
export interface ReceiverOptions {
  url: string
  prefix: string
  kind: Kind
  clock: Clock
  /** Makes the receiver of no more use, at once. */
  signal: AbortSignal
}

/** Rejects when Redis cannot be reached. */
export async function openReceiver({ url, prefix, kind, clock, signal }: ReceiverOptions): Promise<Receiver> {
  const worker = new Worker<Message>(kind, null, {
    connection: { url, ...CONNECTION_OPTIONS, maxRetriesPerRequest: null, retryStrategy: () => null },
    prefix,
    drainDelay: WAIT_S,
    lockDuration: LOCK_MS,
    // BullMQ takes it for the least pause between two checks of any processes: we check by our own timer.
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
  let cancelCheck = () => {}

  async function close(): Promise<void> {
    cancelCheck()
    await worker.close(true)
  }

  /** Puts back what dead processes had received. When that fails, the next check does it; a lost connection shows elsewhere. */
  function putBackStalled(nth: number): void {
    backend.moveStalledJobsToWait().catch(() => {})
    cancelCheck = clock.after(nth < FAST_CHECKS ? LOCK_MS + 100 : STALLED_CHECK_MS, () => putBackStalled(nth + 1))
  }

  try {
    await orLost(worker.waitUntilReady())
    const [client, blocking] = await orLost(Promise.all([backend.client, backend.blockingClient]))
    blocking?.on('close', () => {
      if (!interrupted) lose()
    })
    putBackStalled(1)

    return {
      async receive() {
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
