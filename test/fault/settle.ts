/** What a run asks once the faults have stopped: every job until it is settled, then every delivery with its attempt log. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../support/api.ts'
import type { Service } from '../support/service.ts'
import { type Entry, isTerminal, machineTime } from './history.ts'
import { poll } from './load.ts'

const CLIENTS = 16

/** Polls each job until it is settled or gone, for at most `boundMs` milliseconds in all; at least once each. */
export async function pollUntilSettled(
  service: Service,
  jobs: readonly string[],
  boundMs: number,
  note: (entry: Entry) => void,
): Promise<void> {
  const deadline = machineTime() + boundMs
  let open = [...jobs]
  while (open.length > 0) {
    const still: string[] = []
    await eachOf(open, async (jobId) => {
      const answer = await poll(service, jobId, note)
      if (answer === null || (answer.status === 200 && !isSettled(answer.json))) still.push(jobId)
    })
    open = still
    if (machineTime() > deadline) return
    if (open.length > 0) await sleep(100)
  }
}

function isSettled(document: { status: string; callback: { status: string } | null }): boolean {
  return isTerminal(document.status) && document.callback?.status !== 'pending'
}

/** Notes every delivery of the tenant. Attempt logs are fetched where there is more than one attempt to number. */
export async function noteDeliveries(api: Api, note: (entry: Entry) => void): Promise<void> {
  let path: string | null = '/v1/deliveries?limit=100'
  while (path !== null) {
    const page: WirePage = (await api.call('GET', path)).json
    await eachOf(page.data, async (delivery) => {
      const attempts = delivery.attempts === 1 ? [1] : await attemptNumbers(api, delivery.id)
      note({ kind: 'delivery', at: machineTime(), jobId: delivery.job_id, webhookId: delivery.event.id, status: delivery.status, attempts })
    })
    path = page.next_cursor === null ? null : `/v1/deliveries?limit=100&cursor=${encodeURIComponent(page.next_cursor)}`
  }
}

interface WirePage {
  data: WireDelivery[]
  next_cursor: string | null
}

interface WireDelivery {
  id: string
  job_id: string
  event: { id: string }
  status: string
  attempts: number
}

async function attemptNumbers(api: Api, id: string): Promise<number[]> {
  const { json } = await api.call('GET', `/v1/deliveries/${id}`)
  return (json.attempt_log as { n: number }[]).map((attempt) => attempt.n)
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const client = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}
