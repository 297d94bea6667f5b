/** The composition root: configuration → adapters → server → stop. Imports everything; nobody imports it. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import packageJson from '../package.json' with { type: 'json' }
import { interfaceAddresses, refuseAddress } from './bootstrap/addresses.ts'
import { bannerOf } from './bootstrap/banner.ts'
import { readHandleLimit, shareHandles } from './bootstrap/file-handles.ts'
import { firstStart } from './bootstrap/first-start.ts'
import { createLog } from './bootstrap/log.ts'
import { createLogStream } from './bootstrap/log-stream.ts'
import { openStore } from './bootstrap/open-store.ts'
import { hearSignals } from './bootstrap/stop-signals.ts'
import { type Config, loadConfig } from './config/load.ts'
import { keyHash } from './domain/api-key.ts'
import { callbackRules, checkCallbackUrl, type Listening, mayDial } from './domain/callback-url.ts'
import { DEFAULT_TENANT_ID } from './domain/tenant.ts'
import { createExecutor } from './handlers/executor.ts'
import { createApp } from './http/app.ts'
import { type ServerOptions, startServer } from './http/server/server.ts'
import { MOST_CONNECTIONS, serverLimits } from './http/server/server-limits.ts'
import { startMaintenance } from './lifecycle/engine/maintenance.ts'
import { readiness } from './lifecycle/engine/readiness.ts'
import { startWork } from './lifecycle/engine/work.ts'
import { firstJob } from './lifecycle/jobs/first-job.ts'
import { createContext, type Deps } from './lifecycle/process/context.ts'
import { newWorkerId } from './lifecycle/process/identity.ts'
import { createMetrics } from './metrics/metrics.ts'
import type { Queue } from './ports/queue.ts'
import type { Log } from './ports/runtime.ts'
import type { Store } from './ports/store.ts'
import { openBullQueue } from './queue/bullmq/bullmq.ts'
import { prefixOf } from './queue/bullmq/other-installations.ts'
import { createEmbeddedQueue } from './queue/embedded/embedded.ts'
import { holdDataFolder } from './store/folder/data-folder.ts'
import type { OwnerInfo } from './store/sqlite/ipc/shared-folder.ts'
import { systemClock, systemIds } from './system.ts'
import { createSender } from './webhook/sender.ts'

/** Exit codes besides 0. */
const FAILED = 1
/** The breaker's first pause where the retry schedule names no wait to take after. */
const DEFAULT_PAUSE_MS = 5_000
/** Of the time to stop, kept back for closing what is left. */
const CLOSING_SHARE = 0.1
/** And for the end of the process itself, with its threads: a share, and no more than so many milliseconds. */
const EXIT = { share: 0.2, most: 250 }

/** Said so often while connections keep coming that there is no room for. */
const FULL_TOLD_EVERY_MS = 60_000
const TOO_MANY_CONNECTIONS =
  'more connections come than may be held: the longest idle are closed, and where all are busy the next is refused'
/** The last lines wait so long, milliseconds, for a slow reader of standard output. */
const LAST_LINES_MS = 100
/** A hundred connections that ask again at once are refused 200 times a second, not 10,000. At random, lest they come together. */
const REFUSAL_DELAY_MS = { least: 250, most: 750 }

/** Runs the service until a signal ends it. Rejects, having printed nothing, when it cannot start. */
export async function serve(): Promise<void> {
  // Diagnostic reports hold the environment, and so our secrets, unless every thread is told otherwise.
  process.report.excludeEnv = true
  const config = loadConfig()
  const output = createLogStream(process.stdout, systemClock.now)
  const log = createLog(config.logLevel, output)
  const letFolderGo = config.role === 'worker' ? () => {} : holdDataFolder(config.dataDir)
  let takesWork = false
  const starting = start(config, log, () => {
    takesWork = true
  })
  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping')
    // Before that there is nothing to end in order, and what a start waits for may never come.
    if (takesWork) await starting.then((service) => service.stop(config.shutdownTimeoutMs))
    letFolderGo()
    log.info({}, 'stopped')
    await output.flush(LAST_LINES_MS)
    process.exit(0)
  }
  hearSignals({ stop: (signal) => void stop(signal), hasten: () => process.exit(FAILED), monotonic: systemClock.monotonic })
  const { banner } = await starting.catch((error) => {
    letFolderGo()
    throw error
  })
  for (const warning of config.warnings) log.warn({}, warning)
  output.write(banner)

  process.on('unhandledRejection', (error) => dieOf(log, error))
  process.on('uncaughtException', (error) => dieOf(log, error))
}

/** A state nobody planned for: the supervisor starts a fresh process, and the store has all that matters. */
function dieOf(log: Log, error: unknown): never {
  log.error({}, 'unexpected; the process ends', error)
  process.exit(FAILED)
}

/** @param onWork called right before the first work may be taken */
async function start(config: Config, log: Log, onWork: () => void): Promise<{ banner: string; stop(ms: number): Promise<void> }> {
  const { role, redisUrl } = config
  const metrics = createMetrics(packageJson.version)
  /** Where this process listens. */
  const listening: Listening[] = []
  /** Where requests are answered: here, or by the owner of the data folder. */
  let api: OwnerInfo = { publicUrl: '', host: config.host, port: 0 }
  let rules = callbackRules({ allow: [], httpsOnly: true, own: [], interfaces: interfaceAddresses })
  const answersAt = (card: OwnerInfo) => {
    api = card
    rules = callbackRules({
      allow: config.callbackAllow,
      httpsOnly: config.callbackHttpsOnly,
      own: [{ address: card.host, port: card.port }, ...listening],
      interfaces: interfaceAddresses,
    })
  }
  const opened = await openStore({
    config,
    log,
    now: systemClock.now(),
    onGroup: metrics.group,
    onOwner: answersAt,
    onFatal: (error) => dieOf(log, error),
  })
  const store = metrics.watchStore(opened.store)
  const loaded = await createExecutor({
    handlersDir: config.handlersDir,
    upstreams: config.upstreams,
    maxResult: config.maxResult,
    signingSecrets: async () =>
      (await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, systemClock.now())).map(({ secret }) => secret),
    version: packageJson.version,
    threads: config.handlerThreads,
    maxMemory: config.handlerMemory,
    env: config.handlerEnv,
    clock: systemClock,
    log,
  })
  const executor = metrics.watchWorkshop(loaded, systemClock)

  // The address must be known before the first callback is judged and the first URL is written, so it comes first.
  let answer: ServerOptions['app']['fetch'] = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } })
  const { host, port } = config
  const front: ServerOptions['app'] = { fetch: (request, connection) => answer(request, connection) }
  const {
    connections: most,
    callbacks,
    warning,
  } = shareHandles(readHandleLimit(), {
    connections: MOST_CONNECTIONS,
    callbacks: config.callbackConcurrency,
    jobs: config.jobConcurrency,
  })
  if (warning !== null) log.warn({}, warning)
  const limits = serverLimits(config.maxResult, most)
  const tellOfFull = atMostEvery(FULL_TOLD_EVERY_MS, systemClock.monotonic, () => log.warn({ most }, TOO_MANY_CONNECTIONS))
  const server =
    port === null
      ? null
      : await startServer({ app: front, host, port, limits, clock: systemClock, onFull: tellOfFull }).catch(refuseAddress(config))
  if (server !== null) {
    listening.push({ address: server.address, port: server.port })
    // A worker's card is the owner's, who has shown it before: the rules alone are made anew.
    answersAt(role === 'worker' ? api : { publicUrl: config.publicUrl ?? server.url, host: server.address, port: server.port })
  }

  let stopping = false
  const settings: Deps['settings'] = {
    publicUrl: () => api.publicUrl,
    retentionMs: config.retentionMs,
    version: packageJson.version,
    jobConcurrency: config.jobConcurrency,
    jobTimeoutMs: config.jobTimeoutMs,
    jobMaxAttempts: config.jobMaxAttempts,
    jobUpstreamPatienceMs: config.jobUpstreamPatienceMs,
    callbackConcurrency: callbacks,
    callbackPolicy: config.callbackPolicy,
  }
  const deps: Deps = {
    settings,
    store,
    queue: await openQueue(redisUrl, store, log),
    bus: opened.bus,
    clock: systemClock,
    log,
    sender: createSender({
      clock: systemClock,
      mayDial: (target, address, to) => mayDial(target, address, to, rules),
      timeoutMs: config.callbackTimeoutMs,
      perDestinationConnections: Math.min(callbacks, config.callbackConcurrencyPerDestination),
      ca: config.callbackCa ?? undefined,
    }),
    executor,
    random: Math.random,
    randomBytes,
    ids: systemIds,
    checkCallbackUrl: (url) => checkCallbackUrl(url, rules),
  }
  const context = createContext(deps, {
    info: { role, host: hostname(), pid: process.pid, startedAt: systemClock.now() },
    newWorkerId: () => newWorkerId(randomBytes),
    localQueues: redisUrl === null,
    destinationPolicy: {
      ceiling: Math.min(callbacks, config.callbackConcurrencyPerDestination),
      breaker: config.callbackBreaker,
      firstPauseMs: config.callbackPolicy.schedule[0] ?? DEFAULT_PAUSE_MS,
    },
  })

  const madeKey = role === 'worker' ? null : await firstStart(context, config)
  onWork()
  const maintenance = role === 'worker' ? null : await startMaintenance(context)
  const work = role === 'api' ? null : await startWork(context)
  await opened.share(api)
  const adminKey = config.secrets.adminApiKey ?? randomBytes(32).toString('hex')
  const app = createApp(context, {
    adminKeyHash: keyHash(adminKey),
    maxBody: config.maxBody,
    isWorker: role === 'worker',
    maxResult: config.maxResult,
    stopping: () => stopping,
    metrics: () => metrics.text({ ...context, connections: server?.connections, readiness: () => readiness(context, stopping) }),
    holdBack: () => sleepBetween(REFUSAL_DELAY_MS),
  })
  answer = app.fetch
  log.info({ role, url: server?.url, types: [...executor.types.keys()] }, 'ready')

  return {
    banner: bannerOf({
      config,
      version: packageJson.version,
      publicUrl: api.publicUrl,
      url: server?.url ?? null,
      madeKey,
      types: [...executor.types.keys()],
      firstJob: role === 'worker' ? null : await firstJob(executor),
    }),
    async stop(limitMs) {
      stopping = true
      const ms = limitMs - Math.min(EXIT.most, limitMs * EXIT.share)
      opened.leave()
      context.waiters.close()
      const workMs = ms * (1 - CLOSING_SHARE)
      const endsAt = systemClock.monotonic() + workMs
      const served = server?.stop(AbortSignal.timeout(workMs))
      maintenance?.stop()
      await (work === null ? context.queue.stop() : work.stop(workMs))
      await served
      await opened.othersLeft(Math.max(0, endsAt - systemClock.monotonic()))
      await Promise.race([
        Promise.all([executor.close(), context.sender.close(), context.queue.close(), store.close()]),
        new Promise<void>((resolve) => systemClock.after(ms * CLOSING_SHARE, resolve)),
      ])
    },
  }
}

function atMostEvery(ms: number, monotonic: () => number, tell: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    if (monotonic() - last < ms) return
    last = monotonic()
    tell()
  }
}

/** In Redis under keys of this installation's own, or in memory. */
async function openQueue(redisUrl: string | null, store: Store, log: Log): Promise<Queue> {
  if (redisUrl === null) return createEmbeddedQueue(systemClock, log)
  return openBullQueue({ url: redisUrl, clock: systemClock, log, prefix: prefixOf(await store.installation()) })
}

function sleepBetween({ least, most }: { least: number; most: number }): Promise<void> {
  return new Promise((resolve) => systemClock.after(least + Math.random() * (most - least), resolve))
}
