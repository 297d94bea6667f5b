/** What the verbs of the lifecycle work with: the ports and settings they are handed, and what this process remembers. */
import type { CallbackUrlCheck } from '../../domain/callback-url.ts'
import type { DestinationPolicy } from '../../domain/destination.ts'
import type { RetryPolicy } from '../../domain/retry.ts'
import type { Bus } from '../../ports/bus.ts'
import type { Executor } from '../../ports/executor.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Ids, Log, Random } from '../../ports/runtime.ts'
import type { Sender } from '../../ports/sender.ts'
import type { Store } from '../../ports/store.ts'
import type { Tracing } from '../../ports/tracing.ts'
import type { DocumentSettings } from '../../wire/documents/urls.ts'
import { createActivity } from '../commit/activity.ts'
import type { CommitContext, CommitState } from '../commit/commit.ts'
import { createIntakePause } from '../commit/intake-pause.ts'
import { createLocalQueues } from '../commit/local-queue.ts'
import { createPubSub } from '../commit/pub-sub.ts'
import { type ActiveTenants, createActiveTenants } from './active-tenants.ts'
import { createDestinations, type Destinations } from './destinations.ts'
import { createIdentity, type Identity, type ProcessInfo } from './identity.ts'
import { createKeyLock, type KeyLock } from './key-lock.ts'
import { createLive, type Live } from './live.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import type { Peers } from './peers.ts'
import { createPendingQuota, type PendingQuota } from './pending-quota.ts'
import { createRunTimes, type RunTimes } from './run-times.ts'
import { createRuns, type Runs } from './runs.ts'
import { createTopics, type Topics } from './topics.ts'
import { createTypePauses, type TypePauses } from './type-pauses.ts'
import { createUpstreams, type Upstreams } from './upstreams.ts'
import { createWaiters, type Waiters } from './waiters.ts'
import { createWorkerCount, type WorkerCount } from './worker-count.ts'

/** Durations in milliseconds. */
export interface Settings extends DocumentSettings {
  version: string
  /** `concurrency`: runs at a time in this process. The others are the defaults of job types. */
  job: { concurrency: number; timeoutMs: number; maxAttempts: number; upstreamPatienceMs: number }
  /** `concurrency`: requests in flight in this process. */
  callback: RetryPolicy & { concurrency: number }
}

/** What the operator sees the work by. */
interface Observation {
  log: Log
  /** Null: nobody looks at traces. */
  tracing: Tracing | null
}

/** What the process is started with: settings and ports. */
export interface Deps extends Observation {
  settings: Settings
  store: Store
  queue: Queue
  sender: Sender
  executor: Executor
  /** Null: there are no other processes. */
  bus: Bus | null
  clock: Clock
  random: Random
  /** Cryptographically strong, for keys and secrets. */
  randomBytes: (size: number) => Uint8Array
  ids: Ids
  /** Checks a callback URL at submit and gives its canonical form; a refusal says why. Never resolves names. */
  checkCallbackUrl: (url: string) => CallbackUrlCheck
}

/** Who is connected to this process, and to be woken by it. */
export interface ConnectedState {
  topics: Topics
  waiters: Waiters
  live: Live
}

/** What this process knows of the limits that hold work back. */
interface Limits {
  destinations: Destinations
  upstreams: Upstreams
  typePauses: TypePauses
}

/** What this process remembers from its start on. */
export interface ProcessState extends CommitState, ConnectedState, Limits {
  identity: Identity
  workerCount: WorkerCount
  /** Null: this process alone answers requests and looks after the store. */
  peers: Peers | null
  runTimes: RunTimes
  runs: Runs
  outgoing: Outgoing
  activeTenants: ActiveTenants
  /** Held by submits that carry an Idempotency-Key, by tenant and key. */
  idempotencyKeys: KeyLock
  /** Held by tests of endpoints, by the endpoint's id. */
  endpointTests: KeyLock
  pendingQuota: PendingQuota
}

/** What a verb is handed; most take a part of it. */
export type Context = Deps & ProcessState & Pick<CommitContext, 'deed'>

/** Who asks: a tenant's key, or the operator (`tenantId` null sees every tenant). */
export interface Reader {
  tenantId: string | null
}

/** How a process begins. */
export interface ProcessOptions {
  info: ProcessInfo
  /** Gives ids for this process among the workers: see `createIdentity`. */
  newWorkerId: () => string
  /** Whether records just committed stay in memory for this process. False where other processes take turns at the same lanes. */
  localQueues: boolean
  /** Absent: this process alone answers requests and looks after the store. */
  peers?: Peers
  /** Limits and breakers of destinations of callbacks. */
  destinationPolicy: DestinationPolicy
}

/** The context of a process that has done nothing yet. */
export function createContext(deps: Deps, { info, newWorkerId, localQueues, peers, destinationPolicy }: ProcessOptions): Context {
  const commitState: CommitState = {
    activity: createActivity(deps.clock),
    localQueues: createLocalQueues(localQueues),
    pubSub: createPubSub(deps.bus),
    intakePause: createIntakePause(),
  }
  const commitContext = { ...deps, ...commitState }
  const workerCount = createWorkerCount()
  const topics = createTopics(commitState.pubSub)
  return {
    ...deps,
    ...commitState,
    identity: createIdentity(info, newWorkerId),
    workerCount,
    peers: peers ?? null,
    topics,
    waiters: createWaiters(topics),
    live: createLive(commitContext),
    destinations: createDestinations(commitContext, destinationPolicy),
    upstreams: createUpstreams({ context: commitContext, executor: deps.executor, workerCount, settings: deps.settings }),
    typePauses: createTypePauses(deps),
    runTimes: createRunTimes(),
    runs: createRuns(),
    outgoing: createOutgoing(),
    activeTenants: createActiveTenants(),
    idempotencyKeys: createKeyLock(deps.clock),
    endpointTests: createKeyLock(deps.clock),
    pendingQuota: createPendingQuota(),
  }
}
