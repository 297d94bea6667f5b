/** The bare limit of the drain on Redis: a BullMQ queue of jobs that do nothing, in as many processes, and no callback. */
import { Queue, Worker } from 'bullmq'
import { answerParent } from '../child.ts'
import { machineTime } from '../clock.ts'

/** `process` answers once the worker takes jobs; `add` when all of its jobs have been processed. */
export type BullmqOrder = { do: 'process'; redisUrl: string; concurrency: number } | { do: 'add'; redisUrl: string; count: number }

export interface BullmqReport {
  ms: number
}

const NAME = 'bench'
const PREFIX = 'bare'
const BULK = 100
/** How often it is looked whether any job is left, milliseconds. */
const LOOK_EVERY_MS = 5
const REMOVED = { removeOnComplete: true, removeOnFail: true }

answerParent((order: BullmqOrder): Promise<BullmqReport> => (order.do === 'process' ? processJobs(order) : addJobs(order)))

async function processJobs({ redisUrl, concurrency }: { redisUrl: string; concurrency: number }): Promise<BullmqReport> {
  const worker = new Worker(NAME, async () => ({ done: true }), { connection: { url: redisUrl }, prefix: PREFIX, concurrency })
  await worker.waitUntilReady()
  return { ms: 0 }
}

async function addJobs({ redisUrl, count }: { redisUrl: string; count: number }): Promise<BullmqReport> {
  const queue = new Queue(NAME, { connection: { url: redisUrl }, prefix: PREFIX })
  await queue.waitUntilReady()
  const startedAt = machineTime()
  for (let added = 0; added < count; added += BULK) {
    const size = Math.min(BULK, count - added)
    await queue.addBulk(Array.from({ length: size }, () => ({ name: 'noop', data: { order: 1042 }, opts: REMOVED })))
  }
  while ((await queue.getJobCountByTypes('waiting', 'active')) > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  const ms = machineTime() - startedAt
  await queue.close()
  return { ms }
}
