import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import type { Service } from '../../../test/support/service.ts'
import { eachOf } from '../../harness/each-of.ts'
import type { Entry } from '../../harness/history.ts'
import { pollUntilSettled } from '../../harness/settle.ts'
import type { Clients } from './clients.ts'
import type { Fault, Target } from './faults.ts'
import { longestWait } from './longest-wait.ts'

/** Jobs that last, and twice as many as there are slots: their lane stands in line at the fault. */
const BURST = 32
/** The fault waits until all slots are taken, and at most so long, milliseconds. */
const FILLED_MS = 10_000
const LOOK_MS = 10
const BUSY_MS = 400
const ONWARD_MS = 1_000
const LOOKERS = 16

export interface Plan {
  fault: Fault
  /** No work comes but what there is at the fault, so that none of it is brought back by new work. */
  quiet: boolean
}

export interface FaultReport extends Plan {
  /** From the fault to Redis' return, milliseconds. */
  awayMs: number
  /** Jobs that waited for their turn at the fault. */
  waiting: number
  /** Lanes that stood in line in Redis when it was flushed. */
  lanesLost: number
  /** Replies that were cut meanwhile. */
  cuts: number
  /** After the return, the longest time in which a job was due and none began; the same of callbacks. Milliseconds. */
  jobsWaitMs: number
  callbacksWaitMs: number
  /** From the return until everything was settled, milliseconds. */
  settledMs: number
  /** Of each submit that met the fault or the second after it, milliseconds. */
  submitMs: number[]
}

export interface RoundContext extends Target {
  api: Service
  clients: Clients
  receiverUrl: string
  /** Jobs that run at a time. */
  slots: number
  /** When the first callback of a job came, milliseconds since the epoch. */
  firstHit: ReadonlyMap<string, number>
  note: (entry: Entry) => void
  /** How long the work may take to settle after the return, milliseconds. */
  boundMs: number
}

/** A round: load, the fault, the return of Redis, and everything settled. */
export async function runFaultRound({ fault, quiet }: Plan, context: RoundContext): Promise<FaultReport> {
  const { api, clients, rng, note, proxy } = context
  const before = clients.submits.length
  if (!quiet) {
    clients.resume()
    await sleep(BUSY_MS)
  }
  await clients.submit(Array.from({ length: BURST }, () => napOf(rng.between(900, 1_100), context.receiverUrl)))
  await untilFilled(api.api, context.slots)

  const faultAt = Date.now()
  const submitsBefore = clients.submits.length
  const cutsBefore = proxy.cuts
  const inLine = await fault.inject(context)
  const returnedAt = Date.now()
  const cuts = proxy.cuts - cutsBefore
  if (!quiet) await sleep(ONWARD_MS)
  await clients.pause()
  const submits = clients.submits.slice(before)
  await pollUntilSettled(
    api,
    submits.map(({ jobId }) => jobId),
    context.boundMs,
    note,
  )
  const settledMs = Date.now() - returnedAt
  const jobs: Seen[] = []
  await eachOf(submits, LOOKERS, async ({ jobId }) => void jobs.push(await look(api.api, jobId, context.firstHit)))
  const waiting = jobs.filter(({ due, begun }) => due <= faultAt && (begun === null || begun > faultAt)).length
  const submitMs = clients.submits.slice(submitsBefore).map(({ ms }) => ms)
  return {
    fault,
    quiet,
    awayMs: returnedAt - faultAt,
    waiting,
    lanesLost: typeof inLine === 'number' ? inLine : 0,
    cuts,
    ...waitsOf(jobs, returnedAt),
    settledMs,
    submitMs,
  }
}

/** Until every slot has a job, so that the other jobs of the burst wait. */
async function untilFilled(api: Api, slots: number): Promise<void> {
  const running = async () => (await api.call('GET', '/v1/jobs?status=running&limit=100')).json.data.length
  for (const until = Date.now() + FILLED_MS; Date.now() < until; await sleep(LOOK_MS)) if ((await running()) >= slots) return
}

/** Its callback takes a while, too. */
function napOf(ms: number, receiverUrl: string): object {
  return { type: 'fault.nap', payload: { ms }, callback_url: `${receiverUrl}/slow` }
}

function waitsOf(jobs: readonly Seen[], returnedAt: number): Pick<FaultReport, 'jobsWaitMs' | 'callbacksWaitMs'> {
  const callbacks = jobs.flatMap(({ ended, called }) => (ended === null || called === undefined ? [] : [{ due: ended, begun: called }]))
  return {
    jobsWaitMs: longestWait(jobs, returnedAt),
    callbacksWaitMs: longestWait(callbacks, returnedAt),
  }
}

/** Times in milliseconds since the epoch; null: not yet. */
interface Seen {
  due: number
  begun: number | null
  ended: number | null
  /** Its first callback; undefined when it has none. */
  called: number | null | undefined
}

async function look(api: Api, jobId: string, firstHit: ReadonlyMap<string, number>): Promise<Seen> {
  const { json } = await api.job(jobId)
  const time = (text: string | null) => (text === null ? null : Date.parse(text))
  return {
    due: time(json.run_at) ?? Date.parse(json.created_at),
    begun: time(json.started_at),
    ended: time(json.finished_at),
    called: json.callback === null ? undefined : (firstHit.get(jobId) ?? null),
  }
}
