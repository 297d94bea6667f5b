import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import type { Service } from '../../../test/support/service.ts'
import { eachOf } from '../../harness/each-of.ts'
import type { Entry } from '../../harness/history.ts'
import { pollUntilSettled } from '../../harness/settle.ts'
import type { Clients } from './clients.ts'
import type { Fault, Victim } from './faults.ts'
import { longestWait } from './longest-wait.ts'

/** Jobs that last, and more of them than there are slots: their lane stands in line when Redis is struck. */
const BURST = 32
/** Their wake-ups have reached Redis by then, and the first of them still run, milliseconds. */
const STANDING_MS = 250
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
  /** Jobs that waited for their turn when it struck. */
  waiting: number
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

export interface Scene extends Victim {
  api: Service
  clients: Clients
  receiverUrl: string
  /** When the first callback of a job came, milliseconds since the epoch. */
  firstHit: ReadonlyMap<string, number>
  note: (entry: Entry) => void
  /** How long the work may take to settle after the return, milliseconds. */
  boundMs: number
}

/** A round: load, the fault, the return of Redis, and everything settled. */
export async function runFaultRound({ fault, quiet }: Plan, scene: Scene): Promise<FaultReport> {
  const { api, clients, rng, note, proxy } = scene
  const before = clients.submits.length
  if (!quiet) {
    clients.resume()
    await sleep(BUSY_MS)
  }
  await clients.submit(Array.from({ length: BURST }, () => napOf(rng.between(900, 1_100), scene.receiverUrl)))
  await sleep(STANDING_MS)

  const struckAt = Date.now()
  const submitsBefore = clients.submits.length
  const cutsBefore = proxy.cuts
  await fault.inject(scene)
  const returnedAt = Date.now()
  const cuts = proxy.cuts - cutsBefore
  if (!quiet) await sleep(ONWARD_MS)
  await clients.pause()
  const submits = clients.submits.slice(before)
  await pollUntilSettled(
    api,
    submits.map(({ jobId }) => jobId),
    scene.boundMs,
    note,
  )
  const settledMs = Date.now() - returnedAt
  const jobs: Seen[] = []
  await eachOf(submits, LOOKERS, async ({ jobId }) => void jobs.push(await look(api.api, jobId, scene.firstHit)))
  const waiting = jobs.filter(({ due, begun }) => due <= struckAt && (begun === null || begun > struckAt)).length
  const submitMs = clients.submits.slice(submitsBefore).map(({ ms }) => ms)
  return { fault, quiet, awayMs: returnedAt - struckAt, waiting, cuts, ...waitsOf(jobs, returnedAt), settledMs, submitMs }
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
