/** What the service's metrics say of its transactions since its start. */
import { figuresOf } from '../../test/support/figures.ts'
import type { Service } from '../../test/support/service.ts'

export interface Commits {
  count: number
  /** Of them, those that took more than 50 ms: so long others waited for the write lock. */
  long: number
  /** The largest made so many changes durable at most: the bound of its bucket. */
  largest: number
}

export async function commitsOf({ api }: Service): Promise<Commits> {
  const figures = figuresOf((await api.call('GET', '/metrics')).text)
  const value = (series: string) => figures.get(`ringback_${series}`) ?? Number.NaN
  const count = value('commit_seconds_count')
  const bounds = [...figures.keys()].flatMap((series) => /^ringback_commit_changes_bucket\{le="([^"]+)"\}$/.exec(series)?.[1] ?? [])
  const all = bounds.find((bound) => value(`commit_changes_bucket{le="${bound}"}`) === count)
  return {
    count,
    long: count - value('commit_seconds_bucket{le="0.05"}'),
    largest: all === '+Inf' ? Number.POSITIVE_INFINITY : Number(all),
  }
}
