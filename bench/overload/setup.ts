/** What a part of `overload` plays on: a fresh service, its partners, and the clients, each a process of its own. */
import { constants, setPriority } from 'node:os'
import { HANDLERS } from '../../fault/harness/builds.ts'
import type { TenantLimits } from '../../src/domain/tenant.ts'
import { ADMIN_KEY, removeFolder, type Service, startService, tempFolder } from '../../test/support/service.ts'
import { type Child, startChild } from '../child.ts'
import type { ReceiversOrder, ReceiversReport } from '../noisy-neighbour/receivers.ts'
import type { ClientsOrder, Group, GroupReport } from './clients-order.ts'

const RECEIVERS = new URL('../noisy-neighbour/receivers.ts', import.meta.url).href
const CLIENTS = new URL('./clients.ts', import.meta.url).href
/** Destinations; each has an origin of its own. */
const DESTINATIONS = 8

export interface Setup {
  readonly service: Service
  /** A URL of a partner; `n` chooses which. */
  callbackUrl(n: number, path: string): string
  /** The key of a fresh tenant. */
  tenant(name: string, limits?: TenantLimits): Promise<string>
  /** All groups at once. */
  submit(ms: number, groups: Group[]): Promise<GroupReport[]>
  /** In a process of its own that gets the processor when nobody else wants it, as if it were on another machine. */
  crowd(ms: number, group: Group): Promise<GroupReport>
  /** How long each callback to the path took that has come since this was asked last, once there are `count` or `ms` have passed. */
  callbacks(path: string, count?: number, ms?: number): Promise<readonly number[]>
  /** SIGKILL, and a start on the same folder. */
  restart(): Promise<void>
  clear(): Promise<void>
}

export async function setUp(preload: readonly URL[] = [], env: Record<string, string> = {}): Promise<Setup> {
  const folder = await tempFolder()
  const start = () => startService({ dataDir: `${folder}/data`, handlersDir: HANDLERS, env: { LOG_LEVEL: 'error', ...env }, preload })
  let service = await start()
  const receivers: Child<ReceiversOrder, ReceiversReport> = startChild(RECEIVERS)
  const [clients, crowd] = [startClients(), startClients()]
  setPriority(crowd.pid, constants.priority.PRIORITY_LOW)
  const { others: ports } = await receivers.ask({ do: 'listen', others: DESTINATIONS })

  return {
    get service() {
      return service
    },
    callbackUrl: (n, path) => `http://127.0.0.1:${ports[n % ports.length]}${path}`,
    async tenant(name, limits = {}) {
      const { id } = (await service.api.call('POST', '/v1/tenants', { body: { name, limits } })).json
      const scopes = ['jobs:write', 'jobs:read']
      return (await service.api.call('POST', `/v1/tenants/${id}/api-keys`, { body: { scopes } })).json.key
    },
    submit: (ms, groups) => clients.ask({ port: portOf(service), ms, groups }),
    async crowd(ms, group) {
      const [report] = await crowd.ask({ port: portOf(service), ms, groups: [group] })
      if (report === undefined) throw new Error('the clients did not report')
      return report
    },
    callbacks: async (path, count = 0, ms = 0) => (await receivers.ask({ do: 'hits', path, count, ms })).latencies,
    async restart() {
      await service.kill()
      service = await start()
    },
    async clear() {
      await service.kill()
      clients.stop()
      crowd.stop()
      receivers.stop()
      await removeFolder(folder)
    },
  }
}

function startClients(): Child<ClientsOrder, GroupReport[]> {
  return startChild(CLIENTS)
}

function portOf({ url }: Service): number {
  return Number(new URL(url).port)
}

/** A whole submit as bytes on the wire. */
export function submitRequest(job: object, key = ADMIN_KEY): string {
  const body = JSON.stringify(job)
  const head = `POST /v1/jobs HTTP/1.1\r\nhost: clients\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
