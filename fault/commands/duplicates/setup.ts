/** What copies are sent on: the service over all its lives, and the proxy between it and its clients. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Api, createApi } from '../../../test/support/api.ts'
import { ADMIN_KEY, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { type Checker, startChecker } from '../../harness/checker-process.ts'
import { machineTime } from '../../harness/history.ts'
import { ownServers, type Shape } from '../../harness/own-servers.ts'
import { type FaultProxy, startProxy } from '../../harness/proxy.ts'
import { createRestartable, type RestartableService } from '../../harness/restartable-service.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import type { Told } from './verdict.ts'

const SLOTS = 32
export const BOUND_MS = 30_000
const ENV = {
  LOG_LEVEL: 'fatal',
  MAX_BODY: '64 KiB',
  // The same over all lives, whatever port each has: the documents of copies are compared.
  PUBLIC_URL: 'http://ringback.test',
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms',
}
/** Between two submits of a client that was not answered with 202, milliseconds. */
const PAUSE_MS = 10

/** A request that may be sent more than once. */
export interface Order {
  key: string
  job: object
}

export interface Setup {
  folder: string
  checker: Checker
  service: RestartableService
  proxy: FaultProxy
  rng: Rng
  /** Every acknowledgement, and after how many milliseconds each of the others heard that a duplicate was under way. */
  told: Told[]
  conflicts: number[]
  /** A request under a key that nobody has used. */
  order(more?: { callback: boolean }): Order
  /** One submit by a client of its own. Null: there was no answer. `owner` tells the keys of several tenants apart. */
  trySubmit(api: Api, order: Order, owner?: string): Promise<Answer | null>
  /** Through the proxy, again and again under its key, until it is acknowledged. */
  submit(order: Order): Promise<void>
  /** Starts the service if it is not running, and leads the proxy to it. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @param connections of the proxy's clients, at most */
export async function setUp(options: Shape & { seed: number; connections: number; preload: readonly URL[] }): Promise<Setup> {
  const folder = await tempFolder()
  const rng = createRng(options.seed)
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  const servers = await ownServers(options)
  const life = { dataDir: join(folder, 'data'), handlersDir: HANDLERS, env: { ...ENV, ...servers.env }, preload: options.preload }
  const service = createRestartable(() => life, note)
  const proxy = await startProxy(rng)
  const proxied = createApi(`http://127.0.0.1:${proxy.port}`, ADMIN_KEY, options.connections)
  const told: Told[] = []
  const conflicts: number[] = []
  let keys = 0

  async function trySubmit(api: Api, { key, job }: Order, owner = ''): Promise<Answer | null> {
    const request = `${owner}${key}`
    const at = machineTime()
    note({ kind: 'request', at, request, callback: 'callback_url' in job, attempts: 1 })
    const answer = await api.submit(job, { 'idempotency-key': key }).catch(() => null)
    const now = machineTime()
    if (answer?.status === 202) {
      const replayed = answer.headers['idempotent-replayed'] === 'true'
      note({ kind: 'ack', at: now, request, jobId: answer.json.id, replayed })
      told.push({ request, key, replayed, document: answer.json })
    } else {
      note({ kind: 'refused', at: now, request, httpStatus: answer?.status ?? null })
      if (answer?.status === 409) conflicts.push(now - at)
    }
    return answer
  }

  async function start(): Promise<void> {
    const { url } = await service.start()
    proxy.lead(Number(new URL(url).port))
  }

  note({ kind: 'setup', at: machineTime(), slots: SLOTS, boundMs: BOUND_MS })
  await start()
  checker.trust((await proxied.call('GET', '/v1/signing-secret')).json.secret)
  return {
    folder,
    checker,
    service,
    proxy,
    rng,
    told,
    conflicts,
    order({ callback } = { callback: true }) {
      keys += 1
      const key = `key-${keys}`
      const job = { type: 'fault.noop', payload: keys, metadata: { key } }
      return { key, job: callback ? { ...job, callback_url: `${checker.url}/ok` } : job }
    },
    trySubmit,
    async submit(order) {
      for (let status: number | undefined; status !== 202; await sleep(PAUSE_MS)) {
        const answer = await trySubmit(proxied, order)
        status = answer?.status
        if (answer && ![202, 409, 503].includes(answer.status)) throw new Error(`a submit was refused: ${answer.status} ${answer.text}`)
      }
    },
    start,
    async close() {
      await proxied.close()
      proxy.close()
      await service.end()
      await servers.close()
      checker.close()
    },
  }
}
