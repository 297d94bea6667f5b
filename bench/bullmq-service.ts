/**
 * The bare limit of `mixed` and `steady`: what people build by hand. A hono server adds each job to a BullMQ queue and answers 202; a
 * worker in the same process takes 16 at a time, does nothing, signs the callback and POSTs it once with undici. It stores what Redis
 * stores, and has no retries, limits, guards or log.
 */
import type { KeyObject } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import { Agent } from 'undici'
import { signingKey } from '../src/domain/signature.ts'
import { systemIds } from '../src/runtime/ids.ts'
import { SubmitJob } from '../src/wire/schemas/submit-job.ts'
import { createBareApp, listen } from './bare-app.ts'
import { answerParent } from './child.ts'
import { signedHeaders } from './signed-headers.ts'

export interface BullmqServiceOrder {
  redisUrl: string
  /** The API key it accepts. */
  key: string
  /** It signs with this, `whsec_…`. */
  secret: string
}

/** As many as a Ringback process runs at a time by default. */
const CONCURRENCY = 16
/** Callbacks in flight to one destination, as in Ringback. */
const CONNECTIONS = 64
const REMOVED = { removeOnComplete: true, removeOnFail: true }

interface Submitted {
  id: string
  type: string
  url: string
  createdAt: string
}

answerParent(({ redisUrl, key, secret }: BullmqServiceOrder) => start(redisUrl, key, secret))

async function start(redisUrl: string, key: string, secret: string): Promise<{ port: number }> {
  const queue = new Queue<Submitted>('service', { connection: { url: redisUrl }, prefix: 'bare' })
  const agent = new Agent({ connections: CONNECTIONS })
  const signing = signingKey(secret)
  const worker = new Worker<Submitted>('service', ({ data }) => callBack(agent, signing, data), {
    connection: { url: redisUrl },
    prefix: 'bare',
    concurrency: CONCURRENCY,
  })
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])

  const app = createBareApp(key)
  app.post('/v1/jobs', async (c) => {
    const parsed = SubmitJob.safeParse(await c.req.json())
    if (!parsed.success || !parsed.data.callback_url) return c.json({ code: 'invalid_request' }, 422)
    const { type, callback_url: url } = parsed.data
    const job = { id: systemIds.next('job'), type, url, createdAt: new Date().toISOString() }
    await queue.add(type, job, REMOVED)
    return c.json({ ...job, status: 'pending' }, 202, { location: `/v1/jobs/${job.id}` })
  })
  return listen(app)
}

async function callBack(agent: Agent, key: KeyObject, job: Submitted): Promise<void> {
  const finishedAt = new Date().toISOString()
  const body = Buffer.from(
    JSON.stringify({
      type: 'job.completed',
      timestamp: finishedAt,
      data: { ...job, status: 'completed', result: { done: true }, finishedAt },
    }),
  )
  const { origin, pathname } = new URL(job.url)
  const response = await agent.request({
    origin,
    path: pathname,
    method: 'POST',
    headers: signedHeaders(key, systemIds.next('evt'), body),
    body,
  })
  await response.body.dump()
}
