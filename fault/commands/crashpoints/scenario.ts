/** The fixed work of every run: each kind of change the service makes, in less than a second. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HANDLERS, tuning } from '../../harness/builds.ts'
import { type Entry, isTerminal, machineTime } from '../../harness/history.ts'
import { poll, submitUntilAnswered } from '../../harness/load.ts'
import type { CrashingProcess } from './crashing-process.ts'

/** The log is moved into the database, and begun anew, within the scenario. */
const EARLY_CHECKPOINT = tuning('early-checkpoint')
const ENV = {
  LOG_LEVEL: 'warn',
  CALLBACK_RETRY_SCHEDULE: '50ms',
  CALLBACK_RETRY_JITTER: '0',
  CALLBACK_BREAKER: 'off',
  SHUTDOWN_TIMEOUT: '2s',
}

/** The service as the scenario needs it, with its data in a folder of `folder`. */
export function scenarioService(folder: string) {
  return { dataDir: join(folder, 'data'), handlersDir: HANDLERS, env: ENV, preload: [EARLY_CHECKPOINT] }
}

export interface Scenario {
  subject: CrashingProcess
  /** How long its jobs are waited for in all, milliseconds; 10 s unless told. What has not come by then is left to the checker. */
  patienceMs?: number
  /** The checker's receiver, and how it learns the secrets that callbacks are signed with. */
  receiver: string
  trust(secret: string): void
  note(entry: Entry): void
}

// biome-ignore lint/suspicious/noExplicitAny: as in api.ts
type Fits = (document: any) => boolean

/** Plays it to its end over however many lives it takes. Gives the ids of the jobs. */
export async function playScenario({ subject, patienceMs = 10_000, receiver, trust, note }: Scenario): Promise<string[]> {
  const noteSubmit = (entry: Entry) => {
    if (entry.kind === 'refused' && entry.httpStatus === null) subject.silent(entry.at)
    note(entry)
  }
  const submit = async (name: string, job: object): Promise<string> => {
    const id = await submitUntilAnswered(job, name, { service: subject.service, note: noteSubmit })
    if (id === null) throw new Error('the run was over before its jobs were submitted')
    return id
  }
  const until = async (id: string, fits: Fits): Promise<void> => {
    for (; machineTime() < giveUpAt; await sleep(10)) {
      const answer = await poll(await subject.service(), id, note)
      if (answer?.status === 200 && fits(answer.json)) return
    }
  }

  trust((await subject.ask((api) => api.call('GET', '/v1/signing-secret'))).json.secret)
  trust(await makeEndpoint(subject, `${receiver}/ok`))

  const giveUpAt = machineTime() + patienceMs
  const plain = { type: 'fault.noop', payload: { text: 'x'.repeat(10_000) }, callback_url: `${receiver}/ok` }
  const ids = await Promise.all([
    submit('plain', plain),
    submit('refused once', { type: 'fault.noop', callback_url: `${receiver}/flaky` }),
    submit('late', { type: 'fault.noop', callback_url: `${receiver}/ok`, run_at: new Date(Date.now() + 100).toISOString() }),
  ])
  const dead = await submit('refused always', { type: 'fault.noop', callback_url: `${receiver}/dead` })
  // The endpoint hears of it.
  const failing = await submit('failing', { type: 'fault.stumble', max_attempts: 1 })
  const endless = await submit('canceled', { type: 'fault.nap', payload: { ms: 30_000 }, callback_url: `${receiver}/ok` })
  await subject.ask((api) => api.call('POST', `/v1/jobs/${endless}/cancel`))
  await submit('plain', plain)
  await until(dead, (job) => job.callback.status === 'dead')
  await replay(subject, dead)
  ids.push(dead, failing, endless)
  for (const id of ids) await until(id, (job) => isTerminal(job.status) && job.callback?.status !== 'pending')
  return ids
}

/** The secret of a fresh endpoint for failed jobs. One that a lost answer left behind is removed: nobody knows its secret. */
async function makeEndpoint(subject: CrashingProcess, url: string): Promise<string> {
  const { json } = await subject.ask(async (api) => {
    for (const { id } of (await api.call('GET', '/v1/endpoints')).json.data) await api.call('DELETE', `/v1/endpoints/${id}`)
    return api.call('POST', '/v1/endpoints', { body: { url, events: ['job.failed'] } })
  })
  return json.secret
}

/** Sends a job's dead letter again. A replay whose answer was lost is not made twice: the delivery is dead no more. */
async function replay(subject: CrashingProcess, jobId: string): Promise<void> {
  const { json } = await subject.ask((api) => api.call('GET', `/v1/deliveries?job_id=${jobId}`))
  const [delivery] = json.data
  // The job was lost, or its callback was: the checker will say so.
  if (delivery === undefined) return
  const { status } = await subject.ask((api) => api.call('POST', `/v1/deliveries/${delivery.id}/replay`))
  if (status !== 202 && status !== 409) throw new Error(`a replay was answered ${status}`)
}
