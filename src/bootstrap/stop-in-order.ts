import type { Heartbeat } from '../lifecycle/engine/heartbeat.ts'
import type { startMaintenance } from '../lifecycle/engine/maintenance.ts'
import type { Work } from '../lifecycle/engine/work.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Assembled } from './assemble.ts'

/** The share of the time to stop that is kept back for closing what is left. */
const CLOSING_SHARE = 0.1
/** The time kept back for the end of the process itself, with its threads: a share, and at most so many milliseconds. */
const EXIT = { share: 0.2, mostMs: 250 }

/** The loops that a process runs. */
export interface Engine {
  maintenance?: Awaited<ReturnType<typeof startMaintenance>>
  work?: Work
  /** Of a process that takes no work and is known to others all the same. */
  registration?: Heartbeat
}

/** What a process has started and has to end. */
export interface Started extends Engine, Omit<Assembled, 'api'> {
  /** Of a worker: tells the owner of the data folder. */
  announceStop?: () => void
  /** Of an owner: waits for the workers that stop too, at most so many milliseconds. */
  workersLeft?: (ms: number) => Promise<void>
}

/**
 * Streams and sockets end first, then new requests and turns, held requests are answered, work under way may end, then it is handed
 * back, and last the store is closed. Takes at most `limitMs` milliseconds.
 */
export async function stopInOrder(started: Started, limitMs: number): Promise<void> {
  const { context, front, stopping, announceStop, workersLeft, maintenance, work, registration } = started
  stopping.abort()
  const ms = limitMs - Math.min(EXIT.mostMs, limitMs * EXIT.share)
  announceStop?.()
  context.live.close()
  context.waiters.close()
  const workMs = ms * (1 - CLOSING_SHARE)
  const endsAt = systemClock.monotonic() + workMs
  const served = front?.server.stop(AbortSignal.timeout(workMs))
  maintenance?.stop()
  await (work === undefined ? context.queue.stop() : work.stop(workMs))
  await served
  await Promise.race([registration?.leave().catch(() => {}), systemClock.sleep(Math.max(0, endsAt - systemClock.monotonic()))])
  await workersLeft?.(Math.max(0, endsAt - systemClock.monotonic()))
  const { executor, sender, queue, store, tracing } = context
  const closed = Promise.all([executor.close(), sender.close(), queue.close(), store.close(), tracing?.flush()])
  await Promise.race([closed, systemClock.sleep(ms * CLOSING_SHARE)])
}
