import { until } from '../../support/clock.ts'
import { ok, testWorld } from '../../support/world.ts'

/** Submits so many jobs, 64 at a time, while turns are taken: how many of them ran, and how often the one that ran most often. */
export async function countRuns(jobs: number): Promise<{ jobs: number; most: number }> {
  const seen = new Map<string, number>()
  await using w = await testWorld({ handlers: { noop: (run) => (seen.set(run.jobId, (seen.get(run.jobId) ?? 0) + 1), ok) } })
  w.work()
  for (let n = 0; n < jobs; n += 64) await Promise.all(Array.from({ length: Math.min(64, jobs - n) }, () => w.submit()))
  await until('all ran', () => seen.size === jobs)
  return { jobs: seen.size, most: Math.max(...seen.values()) }
}
