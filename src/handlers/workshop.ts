/** The port `Workshop`: the operator's modules in threads of their own, and upstreams called from the main one. */
import type { Upstream } from '../domain/upstream.ts'
import type { Clock, JobType, Log, Workshop } from '../ports.ts'
import { boundRun } from './bound-run.ts'
import { type Checker, createChecker } from './host/checker.ts'
import { findModules } from './host/find-modules.ts'
import { LoadError } from './host/load-error.ts'
import { createRunner } from './host/runner.ts'
import type { LoadedType } from './messages.ts'
import { type CallerOptions, createUpstreamCaller } from './upstreams/caller.ts'

export interface WorkshopOptions extends Pick<CallerOptions, 'signingSecrets' | 'version'> {
  /** The folder of handler modules, if there is one. */
  handlersDir: string | null
  upstreams: readonly Upstream[]
  /** The most bytes a result may have. */
  maxResult: number
  /** The environment handlers see: the service's own without its secrets. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
}

/**
 * Loads every module and answers when all job types are known. Rejects with a LoadError of one line that names the
 * file or upstream it cannot take.
 */
export async function createWorkshop(options: WorkshopOptions): Promise<Workshop> {
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
      const limit = (expire: () => void) => options.clock.deadline(run.timeoutMs, expire)
      return boundRun({ clock: options.clock, signal, limit }, async (inner) => {
        const upstream = upstreams.get(run.type)
        if (upstream !== undefined) return caller.call(upstream, run, inner)
        if (modules?.types.some(({ type }) => type === run.type)) return modules.run(run, inner, report)
        throw new Error(`no handler for the job type ${run.type}`)
      })
    },
    pool: () => ({ threads: [], waiting: 0, replaced: 0, restarted: 0 }),
    health: () => ({ ok: true, reason: null, details: {} }),
    async close() {
      caller.close()
      await Promise.all([modules?.close(), schemaChecker?.close()])
    },
  }
}

/** One thread runs, the other checks: a handler that computes holds up no submit. The second is opened only when there is something to check. */
async function openThreads(
  options: WorkshopOptions,
  handlersDir: string,
): Promise<Pick<Workshop, 'check' | 'run' | 'close'> & { types: readonly LoadedType[] }> {
  const { clock, log, maxResult } = options
  const shared = { data: { files: await findModules(handlersDir), maxResult }, env: options.env, clock, log }
  const runner = await createRunner({ ...shared, name: 'handlers' })
  const checked = new Set(runner.types.filter(({ hasInput }) => hasInput).map(({ type }) => type))
  const checker = checked.size === 0 ? null : await createChecker({ ...shared, name: 'payload checks' })
  return {
    types: runner.types,
    check: async (type, payload) => (checked.has(type) && (await checker?.check(type, payload))) || [],
    run: runner.run,
    async close() {
      await Promise.all([runner.close(), checker?.close()])
    },
  }
}

/** A schema's pattern may be slow on some payload: a thread can be replaced, the main one cannot. */
async function openSchemaChecker({ upstreams, maxResult, env, clock, log }: WorkshopOptions): Promise<Checker | null> {
  const schemas = upstreams.flatMap(({ type, inputSchema: schema }) => (schema === null ? [] : [{ type, schema }]))
  if (schemas.length === 0) return null
  return createChecker({ name: 'payload checks of upstreams', data: { files: [], maxResult, schemas }, env, clock, log })
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
