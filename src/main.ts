/** The composition root: configuration → adapters → server → stop. Imports everything; nobody imports it. */
import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import pino from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { type Config, loadConfig } from './config.ts'
import { keyHash } from './domain/api-key.ts'
import { callbackRules, judgeCallbackUrl, mayDial } from './domain/callback-url.ts'
import { describeError } from './domain/describe-error.ts'
import { DEFAULT_TENANT_ID, SCOPES } from './domain/tenant.ts'
import { createWorkshop } from './handlers/workshop.ts'
import { createApp } from './http/app.ts'
import { type ServerOptions, startServer } from './http/server.ts'
import { serverLimits } from './http/server-limits.ts'
import { createApiKey } from './lifecycle/api-keys.ts'
import { createDestinations } from './lifecycle/destinations.ts'
import { createHandover } from './lifecycle/handover.ts'
import { readiness } from './lifecycle/readiness.ts'
import { newSigningSecret } from './lifecycle/signing-secret.ts'
import { startWork } from './lifecycle/work.ts'
import { emptyMemory, type World } from './lifecycle/world.ts'
import { createMetrics } from './metrics/metrics.ts'
import type { Log } from './ports.ts'
import { createEmbeddedQueue } from './queue/embedded.ts'
import { databasePath, holdDataFolder } from './store/data-folder.ts'
import { loadMasterKey } from './store/master-key.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import { createVault } from './store/vault.ts'
import { systemClock, systemIds } from './system.ts'
import { createSender } from './webhook/sender.ts'

/** Exit codes besides 0. */
const FAILED = 1
/** The breaker's first pause where the retry schedule names no wait to take after. */
const DEFAULT_PAUSE_MS = 5_000
/** Of the time to stop, kept back for closing what is left. */
const CLOSING_SHARE = 0.1

/** A hundred connections that ask again at once are refused 200 times a second, not 10,000. At random, lest they come together. */
const REFUSAL_DELAY_MS = { least: 250, most: 750 }

/** Runs the service until a signal ends it. Rejects, having printed nothing, when it cannot start. */
export async function serve(): Promise<void> {
  // Diagnostic reports hold the environment, and so our secrets, unless every thread is told otherwise.
  process.report.excludeEnv = true
  const config = loadConfig()
  const log = pino({ level: config.logLevel })
  const letFolderGo = holdDataFolder(config.dataDir)
  const service = await start(config, log).catch((error) => {
    letFolderGo()
    throw error
  })
  for (const warning of config.warnings) log.warn({}, warning)
  process.stdout.write(service.banner)

  process.on('unhandledRejection', (error) => dieOf(log, error))
  process.on('uncaughtException', (error) => dieOf(log, error))
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) process.exit(FAILED)
    stopping = true
    log.info({ signal }, 'stopping')
    await service.stop(config.shutdownTimeoutMs)
    letFolderGo()
    log.info({}, 'stopped')
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}

/** A state nobody planned for: the supervisor starts a fresh process, and the store has all that matters. */
function dieOf(log: Log, error: unknown): never {
  log.error({ error: describeError(error) }, 'unexpected; the process ends')
  process.exit(FAILED)
}

async function start(config: Config, log: Log): Promise<{ banner: string; stop(ms: number): Promise<void> }> {
  const vault = createVault(
    loadMasterKey({ dataDir: config.dataDir, ...(config.secrets.masterKey ? { masterKey: config.secrets.masterKey } : {}) }),
  )
  const metrics = createMetrics(packageJson.version)
  const opened = await openSqliteStore({
    path: databasePath(config.dataDir),
    vault,
    now: systemClock.now(),
    onFatal: (error) => dieOf(log, error),
    onGroup: metrics.group,
  })
  const store = metrics.watchStore(opened)
  const loaded = await createWorkshop({
    handlersDir: config.handlersDir,
    upstreams: config.upstreams,
    maxResult: config.maxResult,
    env: config.handlerEnv,
    clock: systemClock,
    log,
  })
  const workshop = metrics.watchWorkshop(loaded, systemClock)

  // The address must be known before the first callback is judged and the first URL is written, so it comes first.
  let answer: ServerOptions['app']['fetch'] = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } })
  const server = await startServer({
    app: { fetch: (request, connection) => answer(request, connection) },
    host: config.host,
    port: config.port,
    limits: serverLimits(config.maxResult),
    clock: systemClock,
  })
  const rules = callbackRules({
    allow: config.callbackAllow,
    httpsOnly: config.callbackHttpsOnly,
    own: { addresses: ownAddresses(config.host), port: server.port },
  })

  let stopping = false
  const world: World = {
    settings: {
      publicUrl: config.publicUrl ?? server.url,
      retentionMs: config.retentionMs,
      version: packageJson.version,
      jobConcurrency: config.jobConcurrency,
      jobTimeoutMs: config.jobTimeoutMs,
      jobMaxAttempts: config.jobMaxAttempts,
      callbackConcurrency: config.callbackConcurrency,
      callbackPolicy: config.callbackPolicy,
    },
    store,
    queue: createEmbeddedQueue(systemClock, log),
    sender: createSender({
      clock: systemClock,
      mayDial: (host, address, port) => mayDial(host, address, port, rules),
      timeoutMs: config.callbackTimeoutMs,
      perDestinationConnections: config.callbackConcurrencyPerDestination,
      ca: config.callbackCa ?? undefined,
    }),
    workshop,
    clock: systemClock,
    random: Math.random,
    randomBytes,
    ids: systemIds,
    log,
    worker: `w${randomBytes(8).toString('hex')}`,
    judgeCallbackUrl: (url) => judgeCallbackUrl(url, rules),
    handover: createHandover(true),
    destinations: createDestinations(store, {
      ceiling: config.callbackConcurrencyPerDestination,
      breaker: config.callbackBreaker,
      firstPauseMs: config.callbackPolicy.schedule[0] ?? DEFAULT_PAUSE_MS,
    }),
    ...emptyMemory(),
  }

  const madeKey = await firstStart(world, config)
  const work = await startWork(world)
  const adminKey = config.secrets.adminApiKey ?? randomBytes(32).toString('hex')
  const app = createApp(world, {
    adminKeyHash: keyHash(adminKey),
    maxBody: config.maxBody,
    maxResult: config.maxResult,
    stopping: () => stopping,
    metrics: () => metrics.text({ ...world, readiness: () => readiness(world, stopping) }),
    holdBack: () => sleepBetween(REFUSAL_DELAY_MS),
  })
  answer = app.fetch
  log.info({ url: server.url, types: [...workshop.types.keys()] }, 'ready')

  return {
    banner: bannerOf(world.settings.publicUrl, server.url, madeKey, config),
    async stop(ms) {
      stopping = true
      world.waiters.close()
      const deadline = AbortSignal.timeout(ms * (1 - CLOSING_SHARE))
      const served = server.stop(deadline)
      await work.stop(ms * (1 - CLOSING_SHARE))
      await served
      await Promise.race([
        Promise.all([workshop.close(), world.sender.close(), store.close()]),
        new Promise<void>((resolve) => systemClock.after(ms * CLOSING_SHARE, resolve)),
      ])
    },
  }
}

function sleepBetween({ least, most }: { least: number; most: number }): Promise<void> {
  return new Promise((resolve) => systemClock.after(least + Math.random() * (most - least), resolve))
}

/** The tenant `default` gets its signing secret, and an operator without a key of their own gets one, told once. */
async function firstStart(world: World, config: Config): Promise<string | null> {
  const { store, clock } = world
  if ((await store.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).length === 0) {
    await store.commit([{ write: 'insertSigningSecret', secret: newSigningSecret(world, DEFAULT_TENANT_ID) }])
  }
  if (config.secrets.adminApiKey !== null) return null
  const page = { tenantId: DEFAULT_TENANT_ID, limit: 100, before: null, createdAfter: null, createdBefore: null }
  const { rows } = await store.listApiKeys(DEFAULT_TENANT_ID, page)
  if (rows.some((key) => key.scopes.includes('admin') && key.revokedAt === null)) return null
  return (await createApiKey(world, DEFAULT_TENANT_ID, { name: 'first start', scopes: SCOPES, expiresAt: null })).secret
}

/** What reaches us: callbacks never go there. */
function ownAddresses(host: string): string[] {
  const isWildcard = host === '0.0.0.0' || host === '::'
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? [])
  return isWildcard ? [host, ...interfaces] : [host === 'localhost' ? '127.0.0.1' : host]
}

function bannerOf(publicUrl: string, url: string, madeKey: string | null, config: Config): string {
  const key = madeKey ?? (config.secrets.adminApiKey === null ? 'the one printed at the first start' : 'ADMIN_API_KEY')
  return `
Ringback ${packageJson.version}
  API    ${publicUrl}/v1/jobs${publicUrl === url ? '' : ` (listening on ${url})`}
  docs   ${publicUrl}/docs
  key    ${key}${madeKey === null ? '' : '   (made now and shown only this once: keep it)'}

Next:
  curl -i ${publicUrl}/v1/jobs -H 'Authorization: Bearer ${madeKey ?? '<key>'}' -H 'Content-Type: application/json' \\
    -d '{"type":"report.sales_summary","payload":{"file":"box-office.csv","columns":{"date":"release_date","category":"genre","amount":"worldwide_gross"}}}'

`
}
