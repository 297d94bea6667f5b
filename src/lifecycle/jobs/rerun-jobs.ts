import { ProblemError } from '../../domain/errors.ts'
import { isFinished } from '../../domain/job.ts'
import type { RerunCandidate, RerunCounts, RerunQuery } from '../../ports/jobs.ts'
import { StoreUnavailable } from '../../ports/store.ts'
import type { Context } from '../process/context.ts'
import { type Owner, ownerOf, submitAgain } from './rerun-job.ts'

/** Submitted together: their payloads are in memory, and one group of the store's writer takes them. */
const BATCH = 32

/** What became of one. `passed`: its type is gone, its payload no longer fits, or somebody else was first. */
type Outcome = 'rerun' | 'passed' | 'limited'

/** How many jobs are rerun, and who counts them. */
export interface RerunsOptions {
  /** Jobs rerun at most. */
  limit: number
  /** Counts one submit of the owner; refuses when their limit is reached. */
  admit: (owner: Owner) => void
}

/**
 * Submits every ended job that fits once more, oldest first, unless it has a rerun already: each is a change of its own that is
 * guarded by that, so that whoever else reruns at the same time, and whatever dies in the middle, none is rerun twice. A tenant
 * whose limit is reached is passed over. `hasMore`: it stopped before the end. Rejects only when nothing was rerun.
 */
export async function rerunJobs(
  context: Context,
  query: RerunQuery,
  { limit, admit }: RerunsOptions,
): Promise<{ rerun: number; hasMore: boolean }> {
  const counts = { rerun: 0, passed: 0, limited: 0 }
  /** Tenants that may not submit more now, with the reason. */
  const full = new Map<string, ProblemError>()
  let hasMore = true
  try {
    let after: number | null = 0
    do {
      const page = await context.store.jobs.rerunCandidates(query, after, Math.min(BATCH, limit - counts.rerun))
      const outcomes = await Promise.allSettled(page.rows.map((candidate) => rerunOne(context, candidate, admit, full)))
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') counts[outcome.value] += 1
      const failure = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failure) throw failure.reason
      after = page.next
    } while (after !== null && counts.rerun < limit && !(query.tenantId !== null && full.has(query.tenantId)))
    hasMore = after !== null || full.size > 0
  } catch (error) {
    if (!isForNow(error) || counts.rerun === 0) throw error
  }
  const [refusal] = full.values()
  if (counts.rerun === 0 && refusal) throw refusal
  context.log.info({ tenant: query.tenantId, ...counts, has_more: hasMore }, 'jobs rerun')
  return { rerun: counts.rerun, hasMore }
}

/** The jobs that `rerunJobs` would submit, without a limit; those of types that are not loaded are not among them. Largest groups first. */
export async function countReruns(context: Context, query: RerunQuery): Promise<{ total: number; groups: RerunCounts['groups'] }> {
  const groups = new Map<string, RerunCounts['groups'][number]>()
  let after: number | null = 0
  do {
    const window: RerunCounts = await context.store.jobs.countRerunCandidates(query, after)
    for (const group of window.groups.filter(({ type }) => context.executor.types.has(type))) {
      const key = JSON.stringify([group.type, group.errorCode])
      groups.set(key, { ...group, count: group.count + (groups.get(key)?.count ?? 0) })
    }
    after = window.next
  } while (after !== null)
  const largestFirst = [...groups.values()].sort((a, b) => b.count - a.count)
  return { total: largestFirst.reduce((sum, { count }) => sum + count, 0), groups: largestFirst }
}

async function rerunOne(
  context: Context,
  { id, tenantId }: RerunCandidate,
  admit: (owner: Owner) => void,
  full: Map<string, ProblemError>,
): Promise<Outcome> {
  if (full.has(tenantId)) return 'limited'
  try {
    const job = await context.store.jobs.find(id)
    if (job === null || !isFinished(job) || !context.executor.types.has(job.type)) return 'passed'
    admit(await ownerOf(context, tenantId))
    await submitAgain(context, job, true, { idempotency: null, traceparent: null })
    return 'rerun'
  } catch (error) {
    if (!(error instanceof ProblemError) || isForNow(error)) throw error
    if (error.code !== 'rate_limited') return 'passed'
    full.set(tenantId, error)
    return 'limited'
  }
}

/** It may be otherwise a moment later. */
function isForNow(error: unknown): boolean {
  return error instanceof StoreUnavailable || (error instanceof ProblemError && error.code === 'overloaded')
}
