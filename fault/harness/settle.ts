/** What a run asks once the faults have stopped: every job until it is settled, every delivery with its attempt log, and the metrics. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../test/support/api.ts'
import { figuresOf, seriesOf } from '../../test/support/figures.ts'
import type { Service } from '../../test/support/service.ts'
import { eachOf } from './each-of.ts'
import { type Entry, isTerminal, machineTime } from './history.ts'
import { poll } from './load.ts'

const CLIENTS = 16
/** Between two looks at what is open, milliseconds: some waits are of seconds, and looking costs the service work. */
const PAUSE_MS = 250

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
    await eachOf(open, CLIENTS, async (jobId) => {
      const answer = await poll(service, jobId, note)
      if (answer === null || (answer.status === 200 && !isSettled(answer.json))) still.push(jobId)
    })
    open = still
    if (machineTime() > deadline) return
    if (open.length > 0) await sleep(PAUSE_MS)
  }
}

function isSettled(document: { status: string; callback: { status: string } | null }): boolean {
  return isTerminal(document.status) && document.callback?.status !== 'pending'
}

/** Waits until no job is open. Throws after `ms` milliseconds. */
export async function untilAllEnded(api: Api, ms = 300_000): Promise<void> {
  const deadline = machineTime() + ms
  for (const status of ['pending', 'running']) {
    while ((await api.call('GET', `/v1/jobs?status=${status}&limit=1`)).json.data.length > 0) {
      if (machineTime() > deadline) throw new Error(`a job was still ${status} after ${ms} ms`)
      await sleep(20)
    }
  }
}

/** Notes every delivery of the tenant. Attempt logs are fetched where there is more than one attempt to number. */
export async function noteDeliveries(api: Api, note: (entry: Entry) => void): Promise<void> {
  let path: string | null = '/v1/deliveries?limit=100'
  while (path !== null) {
    const page: WirePage = (await api.call('GET', path)).json
    await eachOf(page.data, CLIENTS, async (delivery) => {
      const attempts = delivery.attempts === 1 ? [1] : await attemptNumbers(api, delivery.id)
      note({ kind: 'delivery', at: machineTime(), jobId: delivery.job_id, webhookId: delivery.event.id, status: delivery.status, attempts })
    })
    path = page.next_cursor === null ? null : `/v1/deliveries?limit=100&cursor=${encodeURIComponent(page.next_cursor)}`
  }
}

/** Notes what the service counts: all of its processes together, the first of which answers requests. */
export async function noteMetrics(apis: readonly Api[], note: (entry: Entry) => void): Promise<void> {
  const told = await Promise.all(apis.map(async (api) => figuresOf((await api.call('GET', '/metrics')).text)))
  const summed = (name: string, label = '', figures = told) =>
    sumBy(
      figures.flatMap((each) => Object.entries(seriesOf(each, `ringback_${name}`))),
      label,
    )
  const total = (name: string) => summed(name)[''] ?? 0
  // Every process reads the same store.
  const waiting = (name: string, kind: string) => summed(name, 'kind', told.slice(0, 1))[kind] ?? 0
  const backlog = (kind: string) => waiting('queue_due', kind) + waiting('queue_later', kind)
  note({
    kind: 'metrics',
    at: machineTime(),
    submitted: total('jobs_submitted_total'),
    ended: summed('jobs_ended_total', 'status'),
    attempts: summed('callback_attempts_total', 'outcome'),
    deadLetters: total('dead_letters_total'),
    openJobs: total('jobs_running') + backlog('job'),
    openDeliveries: backlog('delivery'),
  })
}

/** Adds up the series that have the same value of a label; '' where they have none. */
function sumBy(series: readonly [labels: string, figure: number][], label: string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [labels, figure] of series) {
    const value = new RegExp(`[{,]${label}="([^"]*)"`).exec(labels)?.[1] ?? ''
    sums[value] = (sums[value] ?? 0) + figure
  }
  return sums
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
