/** Implements the port `Executor`: handler modules run in threads of their own, upstreams are called from the main thread. */
import type { Upstream } from '../domain/upstream.ts'
import type { Executor, JobType } from '../ports/executor.ts'
import type { Clock, Log } from '../ports/runtime.ts'
import { boundRun } from './bound-run.ts'
import { type Checker, createChecker } from './host/checker.ts'
import { findModules } from './host/find-modules.ts'
import { createPool, type Pool } from './host/pool.ts'
import type { ThreadOptions } from './host/pool-thread.ts'
import type { LoadedType } from './messages.ts'
import { newHeartbeatBuffer } from './shared-heartbeat.ts'
import { type CallerOptions, createUpstreamCaller } from './upstreams/caller.ts'

const NO_THREADS = { threads: [], waiting: 0, replaced: 0, restarted: 0, blockedMs: new Map() }

/** What an executor is made of. */
export interface ExecutorOptions extends Pick<CallerOptions, 'signingSecrets' | 'version' | 'tracing'> {
  /** The folder of handler modules; null when there is none. */
  handlersDir: string | null
  upstreams: readonly Upstream[]
  /** The most bytes a result may have. */
  maxResult: number
  /** Threads that run handlers. */
  threads: number
  /** Bytes that each of them may use. */
  maxMemory: number
  /** The environment of handlers: that of the service without its secrets. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
}

/**
 * Loads every module and resolves when all job types are known. Rejects with a LoadError of one line that names the
 * file or upstream that cannot be taken.
 */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  const upstreams = new Map(options.upstreams.map((upstream) => [upstream.type, upstream]))
  const modules = options.handlersDir === null ? null : await loadModules(options, options.handlersDir)
  const schemaChecker = await createSchemaChecker(options).catch(async (error) => {
    await modules?.close()
    throw error
  })
  const caller = createUpstreamCaller(options)
  const types = new Map<string, JobType>(modules?.types.map(({ hasInput: _, ...type }) => [type.type, { ...type, upstream: null }]))
  for (const [type, upstream] of upstreams) types.set(type, jobTypeOf(upstream))

  return {
    types,
    async check(type, payload) {
      const upstream = upstreams.get(type)
      if (upstream === undefined) return (await modules?.check(type, payload)) ?? []
      return upstream.inputSchema === null ? [] : ((await schemaChecker?.check(type, payload)) ?? [])
    },
    async run(run, signal, report) {
      const upstream = upstreams.get(run.type)
      if (upstream === undefined && modules?.types.some(({ type }) => type === run.type)) return modules.pool.run(run, signal, report)
      if (upstream === undefined) throw new Error(`no handler for the job type ${run.type}`)
      const limit = (expire: () => void) => options.clock.deadline(run.timeoutMs, expire)
      return boundRun({ clock: options.clock, signal, limit }, (inner) => caller.call(upstream, run, inner))
    },
    pool: () => modules?.pool.pool() ?? NO_THREADS,
    health: () => modules?.pool.health() ?? { ok: true, reason: null, details: {} },
    async close() {
      caller.close()
      await Promise.all([modules?.close(), schemaChecker?.close()])
    },
  }
}

/** The job types of handler modules, with the threads that run and check them. */
interface Modules extends Pick<Executor, 'check' | 'close'> {
  types: readonly LoadedType[]
  pool: Pool
}

/**
 * Handlers run in a pool. Payloads are checked in a thread beside it, so that a handler that computes holds up no submit; that thread
 * is started only when a type has a schema.
 */
async function loadModules(options: ExecutorOptions, handlersDir: string): Promise<Modules> {
  const files = await findModules(handlersDir)
  const launch = launchOptions(options)
  const data = threadData(options)
  const pool = await createPool({ launch, data, files, threads: options.threads })
  const checked = new Set(pool.types.filter(({ hasInput }) => hasInput).map(({ type }) => type))
  const checkerData = { ...data, files, heartbeat: newHeartbeatBuffer() }
  const checker = checked.size === 0 ? null : await createChecker({ ...launch, name: 'payload checks', data: checkerData })
  return {
    types: pool.types,
    pool,
    check: async (type, payload) => (checked.has(type) && (await checker?.check(type, payload))) || [],
    async close() {
      await Promise.all([pool.close(), checker?.close()])
    },
  }
}

/** Checks payloads of upstreams in a thread, because a pattern of a schema may be slow: a thread can be replaced. */
async function createSchemaChecker(options: ExecutorOptions): Promise<Checker | null> {
  const schemas = options.upstreams.flatMap(({ type, inputSchema: schema }) => (schema === null ? [] : [{ type, schema }]))
  if (schemas.length === 0) return null
  const data = { ...threadData(options), files: [], heartbeat: newHeartbeatBuffer(), schemas }
  return createChecker({ ...launchOptions(options), name: 'payload checks of upstreams', data })
}

function launchOptions({ env, clock, log }: ExecutorOptions): ThreadOptions['launch'] {
  return { env, clock, log }
}

function threadData({ upstreams, maxResult, maxMemory }: ExecutorOptions): ThreadOptions['data'] {
  return { upstreamTypes: upstreams.map(({ type }) => type), maxResult, maxMemory }
}

function jobTypeOf({ type, url, timeoutMs, maxAttempts, concurrency, steps, inputSchema }: Upstream): JobType {
  const { origin, pathname } = new URL(url)
  // The query is left out: it may hold a key.
  return {
    type,
    timeoutMs,
    maxAttempts,
    concurrency,
    steps,
    isolated: false,
    source: `${origin}${pathname}`,
    upstream: origin,
    inputSchema,
  }
}
