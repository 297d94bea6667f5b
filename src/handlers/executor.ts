/** The port `Executor`: the operator's modules in threads of their own, and upstreams called from the main one. */
import type { Upstream } from '../domain/upstream.ts'
import type { Executor, JobType } from '../ports/executor.ts'
import type { Clock, Log } from '../ports/runtime.ts'
import { boundRun } from './bound-run.ts'
import { type Checker, createChecker } from './host/checker.ts'
import { findModules } from './host/find-modules.ts'
import { LoadError } from './host/load-error.ts'
import { createPool, type Pool } from './host/pool.ts'
import type { LoadedType } from './messages.ts'
import { newLife } from './shared-words.ts'
import { type CallerOptions, createUpstreamCaller } from './upstreams/caller.ts'

const NO_THREADS = { threads: [], waiting: 0, replaced: 0, restarted: 0, blockedMs: new Map() }

export interface WorkshopOptions extends Pick<CallerOptions, 'signingSecrets' | 'version'> {
  /** The folder of handler modules, if there is one. */
  handlersDir: string | null
  upstreams: readonly Upstream[]
  /** The most bytes a result may have. */
  maxResult: number
  /** Threads that run handlers, and the bytes each may have in use. */
  threads: number
  maxMemory: number
  /** The environment handlers see: the service's own without its secrets. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
}

/**
 * Loads every module and answers when all job types are known. Rejects with a LoadError of one line that names the
 * file or upstream it cannot take.
 */
export async function createExecutor(options: WorkshopOptions): Promise<Executor> {
  const upstreams = new Map(options.upstreams.map((upstream) => [upstream.type, upstream]))
  const modules = options.handlersDir === null ? null : await openThreads(options, options.handlersDir)
  const types = new Map<string, JobType>(modules?.types.map(({ hasInput: _, ...type }) => [type.type, { ...type, upstream: null }]))
  for (const [type, upstream] of upstreams) {
    const twin = types.get(type)
    if (twin) {
      await modules?.close()
      throw new LoadError(twin.source, `defines the job type "${type}", which is an upstream too`)
    }
    types.set(type, upstreamType(upstream))
  }

  const schemaChecker = await openSchemaChecker(options).catch(async (error) => {
    await modules?.close()
    throw error
  })
  const caller = createUpstreamCaller(options)
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

/** Handlers run in a pool, payloads are checked in a thread beside it: a handler that computes holds up no submit. It is opened only when there is something to check. */
async function openThreads(
  options: WorkshopOptions,
  handlersDir: string,
): Promise<Pick<Executor, 'check' | 'close'> & { types: readonly LoadedType[]; pool: Pool }> {
  const { clock, log, maxResult, maxMemory, threads } = options
  const files = await findModules(handlersDir)
  const shared = { env: options.env, clock, log }
  const pool = await createPool({ options: shared, files, maxResult, maxMemory, threads })
  const checked = new Set(pool.types.filter(({ hasInput }) => hasInput).map(({ type }) => type))
  const data = { files, maxResult, maxMemory, life: newLife() }
  const checker = checked.size === 0 ? null : await createChecker({ ...shared, name: 'payload checks', data })
  return {
    types: pool.types,
    pool,
    check: async (type, payload) => (checked.has(type) && (await checker?.check(type, payload))) || [],
    async close() {
      await Promise.all([pool.close(), checker?.close()])
    },
  }
}

/** A schema's pattern may be slow on some payload: a thread can be replaced, the main one cannot. */
async function openSchemaChecker({ upstreams, maxResult, maxMemory, env, clock, log }: WorkshopOptions): Promise<Checker | null> {
  const schemas = upstreams.flatMap(({ type, inputSchema: schema }) => (schema === null ? [] : [{ type, schema }]))
  if (schemas.length === 0) return null
  const data = { files: [], maxResult, maxMemory, life: newLife(), schemas }
  return createChecker({ name: 'payload checks of upstreams', data, env, clock, log })
}

function upstreamType({ type, url, timeoutMs, maxAttempts, concurrency, steps, inputSchema }: Upstream): JobType {
  const { origin, pathname } = new URL(url)
  // A query may hold a key.
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
