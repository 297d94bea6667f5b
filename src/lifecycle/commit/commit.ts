import type { Change } from '../../ports/change.ts'
import type { Kind } from '../../ports/kinds.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Store } from '../../ports/store.ts'
import type { Activity } from './activity.ts'
import { BUFFERING, type Buffered, type Buffering } from './buffered.ts'
import type { Deed } from './deed.ts'
import { type Effects, effectsOf, type StoredWork } from './effects-of.ts'
import type { IntakePause } from './intake-pause.ts'
import type { LocalQueue, LocalQueues } from './local-queue.ts'
import { logReconciled } from './log-reconciled.ts'
import { persist } from './persist.ts'
import type { PubSub } from './pub-sub.ts'

/** What a commit changes in memory. */
export interface CommitState {
  activity: Activity
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
  /** What is done with it: see `withDeed`. */
  deed?: Deed | null
}

/** How a change is committed. */
export interface CommitOptions {
  /** It records what has happened already: it is tried until the store takes it, see `persist`. */
  mustRecord?: boolean
}

/**
 * Commits a change; everything that follows from it happens as soon as it is durable (see `effectsOf`): records go to the local queue,
 * lanes are woken, subscribers are told. The deed of the context stands in the audit log with it. False: a guard missed, nothing was
 * written and nothing follows. Rejects as `Store.commit` does.
 * Places in the local queue that were reserved for records of the change are given back unless it was written.
 */
export async function commit(context: CommitContext, change: Change, { mustRecord = false }: CommitOptions = {}): Promise<boolean> {
  const effects = effectsOf(change)
  const told = [...change, ...(context.deed?.writesFor(change) ?? [])]
  let written = false
  try {
    written = await (mustRecord ? persist(context, told) : context.store.commit(told))
  } finally {
    if (!written) giveBackPlaces(context, effects)
  }
  if (written) {
    context.deed?.written()
    context.activity.record(change)
    apply(context, effects)
  }
  return written
}

/** `commit` of a change to a record that was taken out of the local queue for it: when it rejects, the record is there again, and woken. */
export async function commitTaken<K extends Kind>(context: CommitContext, kind: K, work: Buffered[K], change: Change): Promise<boolean> {
  try {
    return await commit(context, change)
  } catch (error) {
    const localQueue: LocalQueue<Buffered[K]> = context.localQueues[kind]
    const { laneOf }: Buffering<Buffered[K]> = BUFFERING[kind]
    localQueue.putBack(laneOf(work), work)
    context.queue.wake(kind, laneOf(work))
    throw error
  }
}

/** Something waits in the store: its lane is woken when it is due. */
export function wakeStored(
  { localQueues, queue }: Pick<CommitContext, 'localQueues' | 'queue'>,
  { kind, lane, dueAt, priority }: StoredWork,
): void {
  localQueues[kind].stored.add(lane, dueAt, priority)
  queue.wake(kind, lane, dueAt)
}

function apply(context: CommitContext, { buffered, stored, messages, insertedDead }: Effects): void {
  putAll(context, 'job', buffered.job)
  putAll(context, 'delivery', buffered.delivery)
  for (const work of stored) wakeStored(context, work)
  for (const delivery of insertedDead) logReconciled(context, delivery)
  for (const message of messages) context.pubSub.publish(message)
}

function putAll<K extends Kind>({ localQueues, queue }: CommitContext, kind: K, works: Buffered[K][]): void {
  const localQueue: LocalQueue<Buffered[K]> = localQueues[kind]
  const { laneOf }: Buffering<Buffered[K]> = BUFFERING[kind]
  for (const work of works) {
    localQueue.put(laneOf(work), work)
    // Not at its due time: the wall clock may have been set back meanwhile, and nothing else wakes what is held in memory.
    queue.wake(kind, laneOf(work))
  }
}

function giveBackPlaces(context: CommitContext, { buffered }: Effects): void {
  unreserveAll(context, 'job', buffered.job)
  unreserveAll(context, 'delivery', buffered.delivery)
}

function unreserveAll<K extends Kind>({ localQueues }: CommitContext, kind: K, works: Buffered[K][]): void {
  const { laneOf, bytesOf }: Buffering<Buffered[K]> = BUFFERING[kind]
  for (const work of works) localQueues[kind].unreserve(laneOf(work), bytesOf(work))
}
