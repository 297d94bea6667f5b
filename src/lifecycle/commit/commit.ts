import type { Change } from '../../ports/change.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Store } from '../../ports/store.ts'
import { type Effects, effectsOf, type StoredWork } from './effects-of.ts'
import type { IntakePause } from './intake-pause.ts'
import { type BufferedDelivery, type BufferedJob, bytesOfDelivery, bytesOfJob, type LocalQueues } from './local-queue.ts'
import { logReconciled } from './log-reconciled.ts'
import { persist } from './persist.ts'
import type { PubSub } from './pub-sub.ts'

/** What a commit changes in memory. */
export interface CommitState {
  localQueues: LocalQueues
  pubSub: PubSub
  intakePause: IntakePause
}

/** What a commit and its effects work with. */
export interface CommitContext extends CommitState {
  store: Store
  queue: Queue
  clock: Clock
  log: Log
}

/** How a change is committed. */
export interface CommitOptions {
  /** It records what has happened already: it is tried until the store takes it, see `persist`. */
  mustRecord?: boolean
}

/**
 * Commits a change; everything that follows from it happens as soon as it is durable (see `effectsOf`): records go to the local queue,
 * lanes are woken, subscribers are told. False: a guard missed, nothing was written and nothing follows. Rejects as `Store.commit` does.
 * Places in the local queue that were reserved for records of the change are given back unless it was written.
 */
export async function commit(context: CommitContext, change: Change, { mustRecord = false }: CommitOptions = {}): Promise<boolean> {
  const effects = effectsOf(change)
  let written = false
  try {
    written = await (mustRecord ? persist(context, change) : context.store.commit(change))
  } finally {
    if (!written) giveBackPlaces(context, effects)
  }
  if (written) apply(context, effects)
  return written
}

/** `commit` of a change to a job that was taken out of the local queue for it: when it rejects, the job is there again, to be run. */
export async function commitTakenJob(context: CommitContext, work: BufferedJob, change: Change): Promise<boolean> {
  try {
    return await commit(context, change)
  } catch (error) {
    context.localQueues.job.putBack(work.job.tenantId, work)
    context.queue.wake('job', work.job.tenantId)
    throw error
  }
}

/** The same for a delivery. */
export async function commitTakenDelivery(context: CommitContext, work: BufferedDelivery, change: Change): Promise<boolean> {
  try {
    return await commit(context, change)
  } catch (error) {
    context.localQueues.delivery.putBack(work.delivery.destination, work)
    context.queue.wake('delivery', work.delivery.destination)
    throw error
  }
}

/** Something waits in the store: its lane is woken when it is due. */
export function wakeStored({ localQueues, queue }: Pick<CommitContext, 'localQueues' | 'queue'>, { kind, lane, dueAt }: StoredWork): void {
  localQueues[kind].stored(lane, dueAt)
  queue.wake(kind, lane, dueAt)
}

function apply(context: CommitContext, { jobs, deliveries, stored, messages, insertedDead }: Effects): void {
  const { localQueues, queue, pubSub } = context
  // Not at `dueAt`: the wall clock may have been set back meanwhile, and nothing else wakes what is held in memory.
  for (const work of jobs) {
    localQueues.job.put(work.job.tenantId, work)
    queue.wake('job', work.job.tenantId)
  }
  for (const work of deliveries) {
    localQueues.delivery.put(work.delivery.destination, work)
    queue.wake('delivery', work.delivery.destination)
  }
  for (const work of stored) wakeStored(context, work)
  for (const delivery of insertedDead) logReconciled(context, delivery)
  for (const message of messages) pubSub.publish(message)
}

function giveBackPlaces({ localQueues }: CommitContext, { jobs, deliveries }: Effects): void {
  for (const work of jobs) localQueues.job.unreserve(work.job.tenantId, bytesOfJob(work))
  for (const work of deliveries) localQueues.delivery.unreserve(work.delivery.destination, bytesOfDelivery(work))
}
