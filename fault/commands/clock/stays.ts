/**
 * The clock is set, stays there, and is set back. What runs and what is in flight at that moment does not notice; what
 * comes afterwards is done at once, by the new time; feeds and lists keep their order.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { machineTime } from '../../harness/history.ts'
import { processorTimeOf } from '../../harness/process-figures.ts'
import { setClock, underFakeTime } from './fake-time.ts'
import { HOUR, WEEK } from './jumps.ts'

/** What comes after a jump is done and called back by then, its one retry of a second included. */
const LONGEST_MS = 5_000
/** Nothing about a job that is at work asks a client to stay away for longer, seconds. */
const LONGEST_RETRY_AFTER = 60
const RETENTION = 30 * 24 * HOUR
/** Share of a core that an idle service may take. */
const IDLE = 0.5

export interface Stay {
  offset: number
  faults: string[]
  /** From the first submit after the jump to the last of its callbacks. */
  ms: number
}

/** The clock is set by `offset` milliseconds, stays there for a while, and is set back. */
export async function stay(offset: number): Promise<Stay> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const file = join(folder, 'clock')
  setClock(file, 0)
  const service = await startService({
    dataDir: join(folder, 'data'),
    handlersDir: HANDLERS,
    env: { LOG_LEVEL: 'warn', CALLBACK_RETRY_SCHEDULE: '300ms,700ms', RETENTION: `${RETENTION}ms` },
    under: underFakeTime(file),
  })
  const faults: string[] = []
  try {
    const before = await submit(service, { type: 'fault.noop', callback_url: receiver.url('/before') })
    await settled(service, before)
    const running = await submit(service, { type: 'fault.nap', payload: { ms: 1500 }, callback_url: receiver.url('/running') })
    await service.api.jobUntil(running, (job) => job.status === 'running')

    setClock(file, offset)
    const there = await work(service, receiver, offset, faults)
    if ((await settled(service, running)).status !== 'completed') faults.push('a job that ran at the jump did not complete')
    await readsOn(service, [before, ...there.ids], offset, faults)
    if (Math.abs(offset) >= WEEK) await staysIdle(service, faults)
    setClock(file, 0)
    const back = await work(service, receiver, 0, faults)
    await inOrder(service, [before, ...there.ids, ...back.ids], faults)
    if (receiver.hits.filter(({ path }) => path === '/running').length !== 1)
      faults.push('a job that ran at the jump was not called back once')
    return { offset, faults, ms: Math.max(there.ms, back.ms) }
  } catch (error) {
    return { offset, faults: [...faults, String(error)], ms: 0 }
  } finally {
    await service.kill()
    await receiver.close()
    await removeFolder(folder)
  }
}

/** Jobs and callbacks of every kind, begun after a jump. */
async function work(service: Service, receiver: Receiver, offset: number, faults: string[]) {
  const from = machineTime()
  const mark = `${offset}-${Math.round(from)}`
  receiver.answer(({ path, n }) => ({ status: path.endsWith('flaky') && refusesFirst(receiver, path, n) ? 503 : 204 }))
  const callback = (kind: string) => receiver.url(`/${mark}/${kind}`)
  const ids = [
    await submit(service, { type: 'fault.noop', callback_url: callback('ok') }),
    await submit(service, { type: 'fault.stumble', callback_url: callback('stumble') }),
    await submit(service, { type: 'fault.noop', callback_url: callback('flaky') }),
  ]
  for (const id of ids) {
    const job = await settled(service, id)
    if (job.status !== 'completed' || job.callback.status !== 'delivered')
      faults.push(`${name(offset)}: a job ended ${job.status}, its callback ${job.callback.status}`)
  }
  const ms = machineTime() - from
  if (ms > LONGEST_MS) faults.push(`${name(offset)}: what was submitted took ${Math.round(ms)} ms`)
  const wall = Date.now() + offset
  for (const hit of receiver.hits.filter(({ path }) => path.startsWith(`/${mark}/`))) {
    const claimed = Number(hit.headers['webhook-timestamp']) * 1000
    if (Math.abs(claimed - wall) > ms + 2_000) faults.push(`${name(offset)}: a callback is dated ${new Date(claimed).toISOString()}`)
  }
  return { ids, ms }
}

function refusesFirst(receiver: Receiver, path: string, n: number): boolean {
  return receiver.hits.find((hit) => hit.path === path)?.n === n
}

async function submit({ api }: Service, job: object): Promise<string> {
  const { status, json, text } = await api.submit(job)
  if (status !== 202) throw new Error(`a submit was answered with ${status} ${text}`)
  return json.id
}

// biome-ignore lint/suspicious/noExplicitAny: see Answer.json
function settled({ api }: Service, id: string): Promise<any> {
  return api.jobUntil(id, (job) => job.finished_at !== null && job.callback.status !== 'pending')
}

/** Nothing that has ended is gone before its retention, and a job at work asks for no more patience than usual. */
async function readsOn({ api }: Service, ids: readonly string[], offset: number, faults: string[]): Promise<void> {
  for (const id of ids) {
    const { status } = await api.job(id)
    if (status !== 200) faults.push(`${name(offset)}: a job within its retention is answered with ${status}`)
  }
  const { headers, json } = await api.submit({ type: 'fault.nap', payload: { ms: 300 } })
  const { headers: later } = await api.job(json.id)
  for (const seconds of [headers['retry-after'], later['retry-after'] ?? 1].map(Number)) {
    if (!(seconds <= LONGEST_RETRY_AFTER)) faults.push(`${name(offset)}: Retry-After ${seconds}`)
  }
}

/** No timer turns in a circle because its time never comes. */
async function staysIdle({ pid }: Service, faults: string[]): Promise<void> {
  const before = processorTimeOf(pid)
  await sleep(1000)
  const used = processorTimeOf(pid) - before
  if (used > IDLE) faults.push(`an idle service took ${used.toFixed(2)} s of a second`)
}

/** The feed tells ends in the order they came, the list of jobs shows the newest first: whatever the clock said. */
async function inOrder({ api }: Service, ids: readonly string[], faults: string[]): Promise<void> {
  const events: { job_id: string }[] = (await api.call('GET', '/v1/events?limit=100')).json.data
  const first = events.findIndex((event) => event.job_id === ids[0])
  const last = events.findLastIndex((event) => ids.slice(-3).includes(event.job_id))
  if (first !== 0 || last !== events.length - 1) faults.push('the feed is not in the order of the ends')
  const jobs: { id: string }[] = (await api.call('GET', '/v1/jobs?limit=100')).json.data
  const listed = jobs.map(({ id }) => id).filter((id) => ids.includes(id))
  if (listed.join() !== [...ids].reverse().join()) faults.push('the list of jobs is not in the order of the submits')
}

function name(offset: number): string {
  return offset === 0 ? 'set back to now' : `set ${offset > 0 ? 'forward' : 'back'} by ${Math.abs(offset) / HOUR} h`
}
