import { randomBytes } from 'node:crypto'
import { callbackRules, judgeCallbackUrl } from '../../src/domain/callback-url.ts'
import type { SendOutcome } from '../../src/domain/delivery.ts'
import type { DestinationPolicy } from '../../src/domain/destination.ts'
import type { JobCallback, RunOutcome } from '../../src/domain/job.ts'
import type { Report } from '../../src/domain/progress.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import { boundRun } from '../../src/handlers/bound-run.ts'
import { hasOtherTenants } from '../../src/lifecycle/active-tenants.ts'
import { createDestinations } from '../../src/lifecycle/destinations.ts'
import { createHandover } from '../../src/lifecycle/handover.ts'
import { newSigningSecret } from '../../src/lifecycle/signing-secret.ts'
import { type SubmitInput, submitJob } from '../../src/lifecycle/submit-job.ts'
import { createTakeDeliveries } from '../../src/lifecycle/take-deliveries.ts'
import { createTakeJobs } from '../../src/lifecycle/take-jobs.ts'
import { createUpstreams } from '../../src/lifecycle/upstreams.ts'
import { emptyMemory, type Settings, type World } from '../../src/lifecycle/world.ts'
import type { IdKind, JobType, Log, Notices, Run, SendRequest, Store, Workshop } from '../../src/ports.ts'
import { createEmbeddedQueue } from '../../src/queue/embedded.ts'
import { openInlineSqliteStore } from '../../src/store/sqlite/open.ts'
import { createVault } from '../../src/store/vault.ts'
import { type TestClock, testClock } from './clock.ts'

export type TestHandler = (run: Run, signal: AbortSignal, report: (report: Report) => void) => Promise<RunOutcome> | RunOutcome

export interface TestWorld extends World {
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
  settings?: Partial<Settings>
  destinations?: Partial<DestinationPolicy>
  /** False: nothing is handed on in memory, as with workers elsewhere. */
  handover?: boolean
  /** There are other processes, and this is how they hear of each other. */
  notices?: Notices
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
  const complain = (fields: object, message: string) => void complaints.push({ fields, message })
  const log: Log = { debug() {}, info() {}, warn: complain, error: complain }
  const store = options.store ?? (await openInlineSqliteStore({ vault: createVault(randomBytes(32)), now: clock.now() }))
  const liveStore = { ...store }
  const queue = createEmbeddedQueue(clock, log)
  const sent: SendRequest[] = []
  const rules = callbackRules({ allow: [], httpsOnly: false, own: [{ address: '127.0.0.1', port: 3000 }], interfaces: () => [] })
  let ids = 0

  const settings: Settings = {
    publicUrl: 'http://ringback.test',
    retentionMs: 30 * 24 * 3600_000,
    version: '0.0.0-test',
    jobConcurrency: 16,
    jobTimeoutMs: 600_000,
    jobMaxAttempts: 3,
    jobUpstreamPatienceMs: 3600_000,
    callbackConcurrency: 256,
    callbackPolicy: { schedule: [5_000, 300_000], jitter: 0 },
    ...options.settings,
  }
  const workshop = scriptedWorkshop(clock, options.handlers ?? { noop: () => ok }, options.types ?? {})
  const memory = emptyMemory(options.notices ?? null)

  const world: TestWorld = {
    settings,
    disk: store,
    store: liveStore,
    queue,
    sender: {
      send: async (request, signal) => {
        sent.push(request)
        return world.answer(request, signal)
      },
      close: async () => {},
    },
    workshop,
    clock,
    random: () => 0,
    randomBytes,
    ids: { next: (kind: IdKind) => `${kind}_${(clock.now() + ids++).toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}` },
    log,
    process: { role: 'all', host: 'test', pid: 1, startedAt: clock.now() },
    worker: `w${randomBytes(4).toString('hex')}`,
    judgeCallbackUrl: (url) => judgeCallbackUrl(url, rules),
    handover: createHandover(options.handover ?? options.notices === undefined),
    destinations: createDestinations(liveStore, { ceiling: 64, breaker: true, firstPauseMs: 5_000, ...options.destinations }, log),
    upstreams: createUpstreams({ settings, store: liveStore, workshop, clock, log, workers: memory.workers }),
    ...memory,

    sent,
    answer: () => answered(200),
    complaints,
    work() {
      const hasOthers = (tenantId: string) => hasOtherTenants(world, tenantId)
      queue.consume('job', world.settings.jobConcurrency, createTakeJobs(world), hasOthers)
      queue.consume('delivery', world.settings.callbackConcurrency, createTakeDeliveries(world), hasOthers)
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
  if ((await store.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await store.commit([{ write: 'insertSigningSecret', secret: newSigningSecret(world, DEFAULT_TENANT_ID) }])
  }
  return world
}

export const plainJob: SubmitInput = {
  tenantId: DEFAULT_TENANT_ID,
  type: 'noop',
  payload: Buffer.from('{}'),
  callback: null,
  callbackPointer: '/callback_url',
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
function scriptedWorkshop(clock: TestClock, handlers: Record<string, TestHandler>, types: Record<string, Partial<JobType>>): Workshop {
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
