/** A service on a bad day: most callbacks have arrived, some are dead for two reasons, one job is stuck, one breaker is open. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '../receiver.ts'
import { removeFolder, type Service, startService, tempFolder } from '../service.ts'

const HANDLERS = fileURLToPath(new URL('./handlers', import.meta.url))
/** The last wait is so long that no callback dies by itself: those that are to be dead are tried again by request. */
const ENV = { CALLBACK_ALLOW: 'loopback', CALLBACK_RETRY_SCHEDULE: '1s,1h', LOG_LEVEL: 'error' }
/** Callbacks to the host that is down: more than its breaker needs to open. */
const TO_DOWN = 8
const LOOK_MS = 50

export interface Troubles {
  service: Service
  /** The job that does not end. */
  stuckId: string
  /** The origin of the receiver that refuses. */
  refusing: string
  /** The receivers are well again from now on. */
  mend(): void
  close(): Promise<void>
}

/** Starts it. `jobs` end, and of their callbacks `dead` are refused for good: half of them with 410, half with 500 until the last try. */
export async function startTroubles({ jobs, dead }: { jobs: number; dead: number }): Promise<Troubles> {
  const folder = await tempFolder()
  const refusing = await startReceiver()
  const down = await startReceiver()
  refusing.answer(({ path }) => ({ status: path === '/moved' ? 410 : path === '/broken' ? 500 : 204 }))
  down.answer(() => ({ status: 503 }))
  const service = await startService({ dataDir: folder, handlersDir: HANDLERS, env: ENV })
  const close = async () => {
    await service.kill()
    await Promise.all([refusing.close(), down.close()])
    await removeFolder(folder)
  }
  try {
    await submitAll(service, jobs, callbackUrls(jobs, dead, refusing, down))
    const stuckId = await submit(service, 'jammed', null)
    await untilDead(service, refusing.url(''), dead)
    await until(service, 'the breaker is open', '/v1/destinations', ({ data }) => data.some((one) => one.breaker !== 'closed'))
    await until(service, 'the job is overdue', '/v1/jobs?overdue=true', ({ data }) => data.length === 1)
    const mend = () => {
      for (const receiver of [refusing, down]) receiver.answer(() => ({ status: 204 }))
    }
    return { service, stuckId, refusing: new URL(refusing.url('/')).origin, mend, close }
  } catch (error) {
    await close()
    throw error
  }
}

function callbackUrls(jobs: number, dead: number, refusing: Receiver, down: Receiver): (n: number) => string {
  return (n) => {
    if (n < dead) return refusing.url(n % 2 === 0 ? '/moved' : '/broken')
    return n < jobs - TO_DOWN ? refusing.url('/hooks') : down.url('/hooks')
  }
}

async function submitAll(service: Service, jobs: number, urlOf: (n: number) => string): Promise<void> {
  await Promise.all(Array.from({ length: jobs }, (_, n) => submit(service, 'ready', urlOf(n))))
}

async function submit(service: Service, printer: 'ready' | 'jammed', callbackUrl: string | null): Promise<string> {
  const job = { type: 'invoice.render', payload: { pages: 3, printer }, ...(callbackUrl !== null && { callback_url: callbackUrl }) }
  const { status, json } = await service.api.submit(job)
  if (status !== 202) throw new Error(`a submit answered ${status}`)
  return json.id
}

/** Tries what waits for this receiver again until so many are dead. */
async function untilDead(service: Service, destination: string, dead: number): Promise<void> {
  await until(
    service,
    'the refused are dead',
    `/v1/dead-letters/summary`,
    ({ data }) => sum(data) === dead,
    async () => {
      await service.api.call('POST', '/v1/deliveries/retry', { body: { filter: { destination } } })
    },
  )
}

interface Answer {
  data: { count?: number; breaker?: string }[]
}

const sum = (groups: Answer['data']) => groups.reduce((total, { count = 0 }) => total + count, 0)

/** Asks until the answer is as it must be, and does `between` each time that it is not. */
async function until(
  { api }: Service,
  what: string,
  path: string,
  isSo: (answer: Answer) => boolean,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  for (let left = 1200; left > 0; left -= 1) {
    const { status, json } = await api.call('GET', path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`)
    if (isSo(json as Answer)) return
    await between()
    await sleep(LOOK_MS)
  }
  throw new Error(`waited in vain: ${what}`)
}
