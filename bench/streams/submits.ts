/** A process that submits no-op jobs at a steady rate, and tells how long their 202s took. */
import { Pool } from 'undici'
import { answerParent } from '../child.ts'
import { percentiles } from '../compare.ts'
import { atPace, type Pace } from '../paced.ts'
import type { Latency } from './figures.ts'

export interface SubmitsOrder extends Pace {
  port: number
  key: string
}

export interface SubmitsReport {
  /** 202s, from the first submit to the last answer. */
  perSecond: number
  latency: Latency
}

const CONNECTIONS = 64

answerParent(async ({ port, key, ...pace }: SubmitsOrder): Promise<SubmitsReport> => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS })
  const times: number[] = []
  const startedAt = performance.now()
  await atPace(pace, async (n) => {
    const submittedAt = performance.now()
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/v1/jobs',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'bench.noop', payload: { order: n } }),
    })
    if (statusCode !== 202) throw new Error(`a submit was answered ${statusCode}: ${await body.text()}`)
    await body.dump()
    times.push(performance.now() - submittedAt)
  })
  const perSecond = pace.count / ((performance.now() - startedAt) / 1000)
  await pool.close()
  return { perSecond, latency: percentiles(times) }
})
