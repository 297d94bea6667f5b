/** `npm run fault -- hosts`: what hundreds of bad hosts cost the healthy ones, of the same tenant and of another. First without shares. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS, sabotage } from '../../harness/builds.ts'
import { describeSight } from '../../harness/report.ts'

const NO_SHARES = sabotage('no-shares')
/** Fewer than by default, so that few hosts are many. */
const SLOTS = 64
/** What has not arrived by then counts as this, milliseconds. */
const NEVER_MS = 5_000
/** The bad hosts have been met by then, milliseconds. */
const MEET_MS = 1_500

export interface Figures {
  /** The 99th percentiles from submit to arrival, milliseconds. */
  same: number
  other: number
}

export interface HostsReport {
  without: Figures
  beside: Figures
}

export interface HostsOptions {
  /** Bad hosts: half of them hang, the others answer 404, flap between 503 and 204, or refuse the connection. */
  hosts: number
  /** Callbacks measured of each tenant, without bad hosts and beside them. */
  callbacks: number
}

/** Whether the bad hosts cost the healthy ones little: as a ratio, or by so many milliseconds where both are small. */
export function held({ without, beside }: HostsReport): boolean {
  return (['same', 'other'] as const).every((whose) => beside[whose] <= Math.max(10 * without[whose], without[whose] + 1_000))
}

/** True when the control failed as it must and the real build held. */
export async function hosts({ print, ...options }: HostsOptions & { print: (line: string) => void }): Promise<boolean> {
  print('control: no shares, a tenant may hold every slot for hosts that never answered')
  const control = await measureHosts(options, [NO_SHARES])
  print(`  ${describe(control)}: ${describeSight(!held(control))}`)
  if (held(control)) return false
  const report = await measureHosts(options)
  print(`${held(report) ? 'held' : 'FAILED'}: ${describe(report)}`)
  return held(report)
}

function describe({ without, beside }: HostsReport): string {
  const each = (whose: keyof Figures) => `${beside[whose].toFixed(0)} ms beside them, ${without[whose].toFixed(0)} ms without`
  return `p99 of the same tenant's healthy host ${each('same')}; of another tenant's ${each('other')}`
}

export function runControl(options: HostsOptions): Promise<HostsReport> {
  return measureHosts(options, [NO_SHARES])
}

export async function measureHosts(options: HostsOptions, preload: readonly URL[] = []): Promise<HostsReport> {
  const dataDir = await tempFolder()
  const arrivals = new Map<string, () => void>()
  const well = await listening(
    createHttpServer((request, response) => (arrivals.get(request.url ?? '')?.(), response.writeHead(204).end())),
  )
  const gone = await listening(createHttpServer((_, response) => response.writeHead(404).end()))
  let turns = 0
  const flapping = await listening(createHttpServer((_, response) => response.writeHead(turns++ % 2 === 0 ? 503 : 204).end()))
  const hanging = await listening(createTcpServer((socket) => socket.on('error', () => {}).resume()))
  const servers = [well, gone, flapping, hanging]
  const env = { LOG_LEVEL: 'error', CALLBACK_CONCURRENCY: String(SLOTS) }
  const service = await startService({ dataDir, handlersDir: HANDLERS, env, preload })
  try {
    const other = await keyOfOther(service)
    let sent = 0
    const arrival = async (key: string | null): Promise<number> => {
      const path = `/${sent++}`
      const startedAt = performance.now()
      const arrived = new Promise<void>((resolve) => arrivals.set(path, resolve))
      const headers = key === null ? {} : { authorization: `Bearer ${key}` }
      await service.api.submit({ type: 'fault.noop', callback_url: `${urlOf('127.0.0.1', well)}${path}` }, headers)
      await Promise.race([arrived, sleep(NEVER_MS)])
      return performance.now() - startedAt
    }
    const figures = async (): Promise<Figures> => {
      const same: number[] = []
      const others: number[] = []
      for (let n = 0; n < options.callbacks; n++) {
        same.push(await arrival(null))
        others.push(await arrival(other))
      }
      return { same: p99(same), other: p99(others) }
    }

    const without = await figures()
    for (let n = 0; n < options.hosts; n++) {
      const bad = [hanging, gone, hanging, flapping, hanging, null][n % 6] ?? null
      const url = bad === null ? `http://h${n}.localhost:1/` : `${urlOf(`h${n}.localhost`, bad)}/`
      await service.api.submit({ type: 'fault.noop', callback_url: url })
    }
    await sleep(MEET_MS)
    return { without, beside: await figures() }
  } finally {
    await service.kill()
    for (const server of servers) close(server)
    await removeFolder(dataDir)
  }
}

async function keyOfOther({ api }: Service): Promise<string> {
  const { json: tenant } = await api.call('POST', '/v1/tenants', { body: { name: 'other' } })
  const scopes = ['jobs:write']
  return (await api.call('POST', `/v1/tenants/${tenant.id}/api-keys`, { body: { scopes } })).json.key
}

async function listening<S extends Server | HttpServer>(server: S): Promise<S> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(host: string, server: Server | HttpServer): string {
  return `http://${host}:${(server.address() as AddressInfo).port}`
}

function close(server: Server | HttpServer): void {
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
}

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0
}
