/** The jobs of a run: clients that submit each until it is acknowledged, and what the feed tells of them in the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RestartableService } from '../../harness/restartable-service.ts'
import { digestOf } from './feed-readers.ts'
import type { FeedEvent } from './verdict.ts'

const CLIENTS = 16
const RETRY_MS = 10
/** Payload and result of all jobs together: their events are several times what kernels keep for a client that does not read. */
const ALL_BYTES = 12_000_000
/** More would not be in the event. */
const MOST_BYTES = 60_000

/** The jobs that have been acknowledged so far. */
export interface Load {
  readonly acknowledged: readonly string[]
  /** Settles when all are. */
  readonly done: Promise<void>
}

/** The `nth` job, from 1: quick ones, and among them slow ones and such as fail. Its event holds `"nth":<nth>` where it is quick. */
function jobOf(nth: number, bytes: number): object {
  if (nth % 10 === 3) return { type: 'fault.nap', payload: { ms: 20 + (nth % 7) * 40 } }
  if (nth % 10 === 7) return { type: 'fault.stumble', payload: {}, max_attempts: 1 }
  return { type: 'fault.noop', payload: { nth, fill: 'x'.repeat(bytes) } }
}

/** @param onAck called with the id of each acknowledged job and how many there were before it */
export function startLoad(service: RestartableService, jobs: number, onAck: (id: string, before: number) => void): Load {
  const acknowledged: string[] = []
  const bytes = Math.min(MOST_BYTES, Math.ceil(ALL_BYTES / jobs))
  let nth = 0

  async function submit(number: number): Promise<void> {
    for (;;) {
      const target = await service.started()
      if (target === null) throw new Error('the service is gone')
      const answer = await target.api.submit(jobOf(number, bytes), { 'idempotency-key': `streams-${number}` }).catch(() => null)
      if (answer?.status === 202) {
        onAck(answer.json.id, acknowledged.length)
        acknowledged.push(answer.json.id)
        return
      }
      if (answer !== null && answer.status < 500 && answer.status !== 409) {
        throw new Error(`a submit was refused: ${answer.status} ${answer.text}`)
      }
      await sleep(RETRY_MS)
    }
  }

  const client = async () => {
    while (nth < jobs) {
      nth += 1
      await submit(nth)
    }
  }
  const done = Promise.all(Array.from({ length: CLIENTS }, client)).then(() => {})
  // Met where it is awaited, not while the faults still go on.
  done.catch(() => {})
  return { acknowledged, done }
}

/** The feed as it is read page by page, as far as it has been read. */
export interface FeedSoFar {
  readonly events: readonly FeedEvent[]
  /** Of jobs that have ended: the status that their event tells. */
  readonly statuses: ReadonlyMap<string, string>
  /** Reads on to its present end. */
  read(): Promise<void>
}

/** Of a service that runs. */
export function readFeed(service: RestartableService): FeedSoFar {
  const events: FeedEvent[] = []
  const statuses = new Map<string, string>()
  return {
    events,
    statuses,
    async read() {
      for (;;) {
        const after = events.at(-1)?.id
        const api = (await service.start()).api
        const answer = await api.call('GET', `/v1/events?limit=100${after === undefined ? '' : `&after=${after}`}`)
        if (answer.status !== 200) throw new Error(`the feed answered ${answer.status}: ${answer.text}`)
        const items = answer.json.data
        for (const item of items) {
          events.push({ id: item.id, type: item.type, digest: digestOf(item) })
          if (item.job_id !== null) statuses.set(item.job_id, item.data.status)
        }
        if (items.length === 0) return
      }
    },
  }
}
