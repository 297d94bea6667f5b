/** Clients that submit jobs all the time, each with an idempotency key, and ask for the status as soon as they have a 202. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../test/support/api.ts'
import type { Service } from '../../test/support/service.ts'
import { type Entry, machineTime } from './history.ts'
import { neededAttempts } from './jobs.ts'
import type { Rng } from './rng.ts'

export interface LoadOptions {
  /** The running service; waits while there is none. Null: the run is over. */
  service: () => Promise<Service | null>
  /** The next job, or null when there are enough. */
  next: () => object | null
  note: (entry: Entry) => void
  clients: number
  /** Longest pause of a client between two jobs, milliseconds. */
  pauseMs: number
  rng: Rng
}

/** The ids of the acknowledged jobs, once every job of `next` is acknowledged or the service is gone for good. */
export async function submitAll(options: LoadOptions): Promise<string[]> {
  const ids: string[] = []
  let number = 0
  const client = async () => {
    for (let job = options.next(); job !== null; job = options.next()) {
      number += 1
      const id = await submitUntilAnswered(job, `request-${number}`, options)
      if (id === null) return
      ids.push(id)
      if (options.pauseMs > 0) await sleep(options.rng.next() * options.pauseMs)
    }
  }
  await Promise.all(Array.from({ length: options.clients }, client))
  return ids
}

/** A partner's client: no answer means the same request again, under the same key. Gives the job's id, or null when the run is over. */
export async function submitUntilAnswered(
  job: object,
  request: string,
  { service, note }: Pick<LoadOptions, 'service' | 'note'>,
): Promise<string | null> {
  for (;;) {
    const target = await service()
    if (target === null) return null
    note({ kind: 'request', at: machineTime(), request, callback: 'callback_url' in job, attempts: neededAttempts(job) })
    const answer = await target.api.submit(job, { 'idempotency-key': request }).catch(() => null)
    if (answer?.status === 202) {
      const jobId: string = answer.json.id
      note({ kind: 'ack', at: machineTime(), request, jobId, replayed: answer.headers['idempotent-replayed'] === 'true' })
      await poll(target, jobId, note)
      return jobId
    }
    note({ kind: 'refused', at: machineTime(), request, httpStatus: answer?.status ?? null })
    if (answer !== null && answer.status < 500 && answer.status !== 409) {
      throw new Error(`a submit was refused: ${answer.status} ${answer.text}`)
    }
    await sleep(10)
  }
}

/** One GET of a status, kept in the history when it was answered. Null when it was not. */
export async function poll(service: Service, jobId: string, note: (entry: Entry) => void): Promise<Answer | null> {
  const from = machineTime()
  const answer = await service.api.job(jobId).catch(() => null)
  if (answer === null || answer.status >= 500) return null
  const document = answer.status === 200 ? answer.json : {}
  note({
    kind: 'poll',
    from,
    at: machineTime(),
    jobId,
    httpStatus: answer.status,
    status: document.status ?? null,
    attempt: document.attempt ?? 0,
    maxAttempts: document.max_attempts ?? 0,
    callback: document.callback?.status ?? null,
  })
  return answer
}
