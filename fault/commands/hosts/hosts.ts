/** `npm run fault -- hosts`: what hundreds of bad hosts cost the healthy ones, of the same tenant and of another. First without shares. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { p99 } from '../../../bench/paired-figures.ts'
import { removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS, sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight, type Sight } from '../../harness/control.ts'

const NO_SHARES = sabotage('no-shares')
/** Fewer than by default, so that few hosts are many. */
const SLOTS = 64
/** A callback that has not arrived by then is held up until bad hosts are given up, milliseconds. */
const HELD_UP_MS = 5_000
/** The bad hosts have been met by then at the latest, milliseconds. */
const MEET_MS = 10_000
const LOOK_MS = 20

/** Milliseconds from submit to arrival of each callback; infinite when it was held up. */
export interface Arrivals {
  same: number[]
  other: number[]
}

export interface HostsReport {
  without: Arrivals
  beside: Arrivals
  /** Requests that hanging hosts held when the others were measured: without one the bad hosts met nothing. */
  hanging: number
}

export interface HostsOptions {
  /** Bad hosts: half of them hang, the others answer 404, flap between 503 and 204, or refuse the connection. */
  hosts: number
  /** Callbacks measured of each tenant, without bad hosts and beside them. */
  callbacks: number
}

/** Healthy callbacks that waited for bad hosts to be given up. */
export function heldUp({ beside }: HostsReport): number {
  return [...beside.same, ...beside.other].filter((ms) => !Number.isFinite(ms)).length
}

/** Whether the bad hosts cost the healthy ones little: as a ratio of the p99, or by so many milliseconds where both are small. */
function costLittle({ without, beside }: HostsReport): boolean {
  return (['same', 'other'] as const).every((whose) => {
    const [before, now] = [p99Of(without[whose]), p99Of(beside[whose])]
    return now <= Math.max(10 * before, before + 1_000)
  })
}

/** True when the control failed as it must and the real build held. */
export async function hosts({ print, record, ...options }: HostsOptions & Output): Promise<boolean> {
  print('control: no shares, a tenant may hold every slot for hosts that never answered')
  const control = await runControl(options)
  print(`  ${describe(control.report)}: ${describeSight(control.sight)}`)
  if (control.sight !== 'seen') return false
  const report = await measureHosts(options)
  const isHeld = report.hanging > 0 && heldUp(report) === 0 && costLittle(report)
  print(`${isHeld ? 'held' : 'FAILED'}: ${describe(report)}`)
  record({
    'bad hosts': options.hosts,
    'p99 of the healthy host of the same tenant': each(report, 'same'),
    'p99 of the healthy host of another tenant': each(report, 'other'),
    'without shares, the same tenant': each(control.report, 'same'),
  })
  return isHeld
}

function describe(report: HostsReport): string {
  return `p99 of the same tenant's healthy host ${each(report, 'same')}; of another tenant's ${each(report, 'other')}`
}

function each({ without, beside }: HostsReport, whose: keyof Arrivals): string {
  return `${shown(p99Of(beside[whose]))} beside them, ${shown(p99Of(without[whose]))} without`
}

function shown(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : `more than ${HELD_UP_MS} ms`
}

function p99Of(times: readonly number[]): number {
  return p99(times, times.length)
}

/** On a build in which a tenant may hold every slot, the others must be seen to wait. */
export async function runControl(options: HostsOptions): Promise<{ report: HostsReport; sight: Sight }> {
  const report = await measureHosts(options, [NO_SHARES])
  if (heldUp(report) > 0) return { report, sight: 'seen' }
  return { report, sight: report.hanging < SLOTS ? 'never met' : 'not seen' }
}

/** @param preload a sabotaged build: the hanging hosts are to hold all of its slots before the others are measured */
export async function measureHosts(options: HostsOptions, preload: readonly URL[] = []): Promise<HostsReport> {
  const dataDir = await tempFolder()
  const arrivals = new Map<string, () => void>()
  const well = await listening(
    createHttpServer((request, response) => (arrivals.get(request.url ?? '')?.(), response.writeHead(204).end())),
  )
  const gone = await listening(createHttpServer((_, response) => response.writeHead(404).end()))
  let turns = 0
  const flapping = await listening(createHttpServer((_, response) => response.writeHead(turns++ % 2 === 0 ? 503 : 204).end()))
  let hangingNow = 0
  const hanging = await listening(
    createTcpServer((socket) => {
      hangingNow += 1
      socket
        .on('error', () => {})
        .on('close', () => {
          hangingNow -= 1
        })
        .resume()
    }),
  )
  const servers = [well, gone, flapping, hanging]
  const env = { LOG_LEVEL: 'error', CALLBACK_CONCURRENCY: String(SLOTS) }
  const service = await startService({ dataDir, handlersDir: HANDLERS, env, preload })
  try {
    const other = await keyOfOther(service)
    let sent = 0
    const arrival = async (key: string | null): Promise<number> => {
      const path = `/${sent++}`
      const startedAt = performance.now()
      const arrived = new Promise<true>((resolve) => arrivals.set(path, () => resolve(true)))
      const headers = key === null ? {} : { authorization: `Bearer ${key}` }
      await service.api.submit({ type: 'fault.noop', callback_url: `${urlOf('127.0.0.1', well)}${path}` }, headers)
      const hasArrived = await Promise.race([arrived, sleep(HELD_UP_MS, false, { ref: false })])
      return hasArrived ? performance.now() - startedAt : Number.POSITIVE_INFINITY
    }
    const measured = async (): Promise<Arrivals> => {
      const times: Arrivals = { same: [], other: [] }
      for (let n = 0; n < options.callbacks; n++) {
        times.same.push(await arrival(null))
        times.other.push(await arrival(other))
      }
      return times
    }

    const without = await measured()
    for (let n = 0; n < options.hosts; n++) {
      const bad = [hanging, gone, hanging, flapping, hanging, null][n % 6] ?? null
      const url = bad === null ? `http://h${n}.localhost:1/` : `${urlOf(`h${n}.localhost`, bad)}/`
      await service.api.submit({ type: 'fault.noop', callback_url: url })
    }
    const wanted = preload.length > 0 ? SLOTS : SLOTS / 4
    for (const until = performance.now() + MEET_MS; hangingNow < wanted && performance.now() < until; ) await sleep(LOOK_MS)
    const hangingAtOnce = hangingNow
    return { without, hanging: hangingAtOnce, beside: await measured() }
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
