import { randomBytes } from 'node:crypto'
import type { SendOutcome } from '../../src/domain/attempt.ts'
import { callbackRules, checkCallbackUrl } from '../../src/domain/callback-url.ts'
import type { DestinationPolicy } from '../../src/domain/destination.ts'
import type { JobCallback } from '../../src/domain/job.ts'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import type { Report } from '../../src/domain/progress.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { boundRun } from '../../src/handlers/bound-run.ts'
import { createTakeDeliveries } from '../../src/lifecycle/engine/take-deliveries.ts'
import { createTakeJobs } from '../../src/lifecycle/engine/take-jobs.ts'
import { type SubmitInput, submitJob } from '../../src/lifecycle/jobs/submit-job.ts'
import { type Context, createContext, type Deps, type Settings } from '../../src/lifecycle/process/context.ts'
import { newWorkerId } from '../../src/lifecycle/process/identity.ts'
import { newSigningSecret } from '../../src/lifecycle/tenants/signing-secret.ts'
import type { Bus } from '../../src/ports/bus.ts'
import type { Executor, JobType, Run } from '../../src/ports/executor.ts'
import type { IdKind, Log } from '../../src/ports/runtime.ts'
import type { SendRequest } from '../../src/ports/sender.ts'
import type { Store } from '../../src/ports/store.ts'
import type { Tracing } from '../../src/ports/tracing.ts'
import { createEmbeddedQueue } from '../../src/queue/embedded/embedded.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openInlineSqliteStore } from '../../src/store/sqlite/open.ts'
import { type TestClock, testClock } from './clock.ts'

export type TestHandler = (run: Run, signal: AbortSignal, report: (report: Report) => void) => Promise<RunOutcome> | RunOutcome

export type TestWorld = Omit<Context, 'clock'> & TestTools

interface TestTools {
  clock: TestClock
  /** The store itself, for the world after a crash of this one. */
  disk: Store
  /** Every request the sender was asked for, in order. */
  sent: SendRequest[]
  /** What the sender answers from now on. */
  answer: (request: SendRequest, signal: AbortSignal) => SendOutcome | Promise<SendOutcome>
  /** Lines logged at `warn` or above. */
  complaints: { fields: object; message: string }[]
  /** Turns begin: jobs run and callbacks go out. Without it the world only takes submissions. */
  work(): void
  submit(input?: Partial<SubmitInput>): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

export interface TestWorldOptions {
  handlers?: Record<string, TestHandler>
  types?: Record<string, Partial<JobType>>
  settings?: Partial<Omit<Settings, 'job' | 'callback'>> & { job?: Partial<Settings['job']>; callback?: Partial<Settings['callback']> }
  destinations?: Partial<DestinationPolicy>
  /** False: nothing is handed on in memory, as with workers elsewhere. */
  localQueues?: boolean
  /** There are other processes, and this is how they hear of each other. */
  bus?: Bus
  /** Somebody looks at traces. */
  tracing?: Tracing
  /** A store (and clock) that outlives its first world: a restart. */
  store?: Store
  clock?: TestClock
}

export const ok: RunOutcome = { kind: 'completed', result: { kind: 'json', bytes: Buffer.from('{"ok":true}') } }

export function answered(status: number, headers: Record<string, string> = {}, body = ''): SendOutcome {
  return { kind: 'answered', status, error: null, errorCause: null, ms: 5, responseHeaders: headers, responseBody: Buffer.from(body) }
}

export const hook: JobCallback = {
  url: 'https://partner.example/hooks',
  events: ['job.completed', 'job.failed', 'job.canceled'],
  headers: {},
}

/** A world of its own for one test: the real lifecycle, store (in memory) and queue; a clock to push; scripted handlers and receivers. */
export async function testWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const clock = options.clock ?? testClock()
  const complaints: TestWorld['complaints'] = []
  const complain = (fields: object, message: string, error?: unknown) =>
    void complaints.push({ fields: error === undefined ? fields : { ...fields, error }, message })
  const log: Log = { debug() {}, info() {}, warn: complain, error: complain }
  const store = options.store ?? (await openInlineSqliteStore({ encryptor: createEncryptor(randomBytes(32)), now: clock.now() }))
  // Its own objects: a test may change what this world's store answers, and the disk stays as it is.
  const liveStore: Store = {
    ...store,
    lanes: { ...store.lanes },
    jobs: { ...store.jobs },
    events: { ...store.events },
    tenants: { ...store.tenants },
  }
  const queue = createEmbeddedQueue(clock, log)
  const sent: SendRequest[] = []
  const rules = callbackRules({ allow: [], httpsOnly: false, own: () => [{ address: '127.0.0.1', port: 3000 }], interfaces: () => [] })
  let ids = 0

  const settings: Settings = {
    publicUrl: () => 'http://ringback.test',
    retentionMs: 30 * 24 * 3600_000,
    version: '0.0.0-test',
    ...options.settings,
    job: { concurrency: 16, timeoutMs: 600_000, maxAttempts: 3, upstreamPatienceMs: 3600_000, ...options.settings?.job },
    callback: { concurrency: 256, schedule: [5_000, 300_000], jitter: 0, ...options.settings?.callback },
  }
  const executor = scriptedWorkshop(clock, options.handlers ?? { noop: () => ok }, options.types ?? {})
  const deps: Deps = {
    settings,
    store: liveStore,
    queue,
    sender: {
      send: async (request, signal) => {
        sent.push(request)
        return world.answer(request, signal)
      },
      close: async () => {},
    },
    executor,
    bus: options.bus ?? null,
    tracing: options.tracing ?? null,
    clock,
    random: () => 0,
    randomBytes,
    ids: { next: (kind: IdKind) => `${kind}_${(clock.now() + ids++).toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}` },
    log,
    checkCallbackUrl: (url) => checkCallbackUrl(url, rules),
  }
  const context = createContext(deps, {
    info: { role: 'all', host: 'test', pid: 1, startedAt: clock.now() },
    newWorkerId: () => newWorkerId(randomBytes),
    localQueues: options.localQueues ?? options.bus === undefined,
    destinationPolicy: { ceiling: 64, breaker: true, firstPauseMs: 5_000, ...options.destinations },
  })
  const world: TestWorld = {
    ...context,
    clock,
    disk: store,
    sent,
    answer: () => answered(200),
    complaints,
    work() {
      const { hasOther: hasOthers } = world.activeTenants
      queue.consume('job', world.settings.job.concurrency, createTakeJobs(world), hasOthers)
      queue.consume('delivery', world.settings.callback.concurrency, createTakeDeliveries(world), hasOthers)
    },
    async submit(input = {}) {
      const { view } = await submitJob(world, { ...plainJob, ...input })
      return view.job.id
    },
    async [Symbol.asyncDispose]() {
      await queue.close()
      await store.close()
    },
  }
  if ((await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await store.commit([{ write: 'insertSigningSecret', secret: newSigningSecret(world, DEFAULT_TENANT_ID) }])
  }
  return world
}

export const plainJob: SubmitInput = {
  tenantId: DEFAULT_TENANT_ID,
  type: 'noop',
  payload: Buffer.from('{}'),
  callback: null,
  runAt: null,
  timeoutMs: null,
  maxAttempts: null,
  priority: 0,
  tags: [],
  metadata: {},
  traceparent: null,
  rerunOf: null,
  idempotency: null,
}

/** As the real one it settles a run at its limit and after the grace. */
function scriptedWorkshop(clock: TestClock, handlers: Record<string, TestHandler>, types: Record<string, Partial<JobType>>): Executor {
  const plain = {
    timeoutMs: null,
    maxAttempts: null,
    concurrency: null,
    steps: [],
    isolated: false,
    source: 'test',
    upstream: null,
    inputSchema: null,
  }
  return {
    types: new Map(Object.keys(handlers).map((type) => [type, { type, ...plain, ...types[type] }])),
    check: async () => [],
    run: (run, signal, report) => {
      const limit = (expire: () => void) => clock.deadline(run.timeoutMs, expire)
      return boundRun({ clock, signal, limit }, async (inner) => {
        const handler = handlers[run.type]
        if (!handler) throw new Error(`no handler for ${run.type}`)
        return handler(run, inner, report)
      })
    },
    pool: () => ({ threads: [], waiting: 0, replaced: 0, restarted: 0, blockedMs: new Map() }),
    health: () => ({ ok: true, reason: null, details: {} }),
    close: async () => {},
  }
}
