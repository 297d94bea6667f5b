/**
 * Every behaviour of misbehaviour so many times, beside a steady load of healthy callbacks: the service lives, its attempts come out
 * as they do alone, and its memory and sockets are in the end what they were.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, createApi } from '../../../test/support/api.ts'
import { ADMIN_KEY } from '../../../test/support/service.ts'
import { COLLECT_ON_SIGNAL, memoryOf, resetPeak, residentOf, socketsOf } from '../../harness/process-figures.ts'
import { type Behaviour, delivered } from './behaviour.ts'
import { outcomesAt, startHealthyLoad } from './deliveries.ts'
import { answer, OK } from './scripts.ts'
import { closeTargets, openTargets, type Setup, submitTo, type Target, withService } from './setup.ts'

const MIB = 1024 * 1024
/** A receiver that holds its requests is so many destinations: the limit of a single one shrinks to 1, and would make the run long. */
const ADDRESSES = 64
const CLIENTS = 32
/** Clients, the healthy load and what is asked in between. */
const CONNECTIONS = 128
/**
 * A process that meets something for the first time keeps the memory that took, and never needs as much again. A behaviour that
 * leaves more than this behind is run once more: what it leaves then is no first time.
 */
export const STEP_MIB = 8
/** Each behaviour this share of the times before anything is measured: pools, limits and code are warm then. */
const WARM_UP = 0.2
/** Connections to receivers are kept for 4 s. */
const CLOSING_MS = 15_000
const TICK_MS = 50
const HEALTHY: Behaviour = { id: '', name: 'a healthy receiver', script: answer(OK), expect: delivered() }

export interface FloodReport {
  behaviours: BehaviourFlood[]
  /** Open sockets when nothing is sent: before, and in the end. */
  sockets: { before: number; after: number }
  /** Resident MiB when nothing is sent: before, in the end, and what a thousand attempts leave behind. */
  memory: { before: number; after: number; slope: number }
  healthy: { sent: number; delivered: number }
}

export interface BehaviourFlood {
  behaviour: Behaviour
  /** Outcomes other than the expected, and how many; none = all as expected. */
  unexpected: string[]
  /** Resident MiB above the beginning of the run: at most while it lasted. */
  peak: number
  /** Resident MiB above what there was before this behaviour; of a second go when the first was a step up. */
  left: number
}

export async function runFlood(behaviours: readonly Behaviour[], times: number, preload: readonly URL[] = []): Promise<FloodReport> {
  const targets = await openTargets(behaviours, ADDRESSES)
  const well = await openTargets([HEALTHY])
  // Schedule and breaker would spread the attempts over minutes: each delivery is one attempt here.
  const env = { CALLBACK_RETRY_SCHEDULE: 'none', CALLBACK_BREAKER: 'off' }
  try {
    return await withService(env, [COLLECT_ON_SIGNAL, ...preload], (setup) => flood(setup, targets, well, times))
  } finally {
    await closeTargets([...targets, ...well])
  }
}

async function flood({ service }: Setup, targets: readonly Target[], well: readonly Target[], times: number): Promise<FloodReport> {
  const { pid } = service
  const resident = async () => (await residentOf(service)) / MIB

  const quiet = socketsOf(pid)
  const api = createApi(service.url, ADMIN_KEY, CONNECTIONS)
  for (const target of targets) await floodOne(api, target, Math.ceil(times * WARM_UP))
  const before = await resident()

  const load = startHealthyLoad(api, well)
  const reports: BehaviourFlood[] = []
  let found = before
  const go = async (target: Target): Promise<BehaviourFlood> => {
    resetPeak(pid)
    const unexpected = await floodOne(api, target, times)
    const peak = memoryOf(pid).peak / MIB - before
    const left = await resident()
    const report = { behaviour: target.behaviour, unexpected, peak, left: left - found }
    found = left
    return report
  }
  for (const target of targets) {
    const first = await go(target)
    if (first.left <= STEP_MIB) reports.push(first)
    else {
      const again = await go(target)
      reports.push({ ...again, unexpected: [...first.unexpected, ...again.unexpected], peak: Math.max(first.peak, again.peak) })
    }
  }
  const healthy = await load.stop()
  await api.close()
  const sockets = { before: quiet, after: await untilSocketsAtMost(quiet, pid) }
  const slope = (reports.reduce((sum, { left }) => sum + left, 0) / reports.length) * (1000 / times)
  return { behaviours: reports, sockets, memory: { before, after: await resident(), slope }, healthy }
}

/** So many deliveries to one receiver, each until it is over. Answers what came out otherwise than expected. */
async function floodOne(api: Api, target: Target, times: number): Promise<string[]> {
  const { behaviour, receiver, url, addresses } = target
  const since = Date.now()
  let sent = 0
  const client = async (place: number) => {
    while (sent < times) {
      const n = sent++
      const jobId = await submitTo(api, url(behaviour.idleMs === undefined ? n : place))
      if (behaviour.idleMs === undefined) continue
      await api.jobUntil(jobId, (document) => document.callback.status !== 'pending')
      await sleep(behaviour.idleMs)
    }
  }
  const clients = behaviour.idleMs === undefined ? CLIENTS : addresses
  await Promise.all(Array.from({ length: clients }, (_, place) => client(place)))
  const found = await outcomesAt(api, receiver.port, since, times)
  const { end, status, error } = behaviour.expect
  const expected = `${end === 'delivered' ? 'delivered' : 'dead'} ${error ?? status}`
  const right = found.get(expected) ?? 0
  const wrong = [...found].filter(([outcome]) => outcome !== expected).map(([outcome, count]) => `${count} x ${outcome}`)
  return right === times ? wrong : [...wrong, `${right} of ${times} x ${expected}`]
}

/** The open sockets of the service once they are that few, or as many as there still are after a while. */
async function untilSocketsAtMost(count: number, pid: number): Promise<number> {
  for (const deadline = performance.now() + CLOSING_MS; socketsOf(pid) > count && performance.now() < deadline; ) await sleep(TICK_MS)
  return socketsOf(pid)
}
