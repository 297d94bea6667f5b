/** The `ssrf` command inside its network namespace. Sends its report to the parent. */
import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { startTestDns } from '../../../test/support/test-dns.ts'
import { sabotage } from '../../harness/builds.ts'
import { raiseLoopback, replaceFile, reportFromInside } from '../../harness/namespace.ts'
import { createRng } from '../../harness/rng.ts'
import { CANARIES, PUBLIC } from './addresses.ts'
import { runAllowed } from './allowed.ts'
import { runFormerlyAllowed } from './formerly-allowed.ts'
import { type Canaries, HTTP_PORT, listenEverywhere } from './listeners.ts'
import { FORBIDDEN_URLS, randomUrl } from './literals.ts'
import { answerName, HOSTS, NAME_CASES, REFUSING, REFUSING_KEPT, RESOLVER_CONFIG } from './names.ts'
import { runProduction } from './production.ts'
import type { SsrfReport } from './report.ts'
import { submitAll, untilSent } from './sends.ts'
import { PROXIES, withService } from './setup.ts'

const NO_GUARD = sabotage('no-guard')

interface Options {
  seed: number
  /** Random spellings. */
  times: number
  /** Only the real build in its production configuration: no control, no allow list, no address that was allowed before. */
  short: boolean
}

async function run({ seed, times, short }: Options): Promise<SsrfReport> {
  raiseLoopback([...CANARIES.filter((address) => !address.startsWith('127.') && address !== '::1'), ...PUBLIC])
  replaceFile('/etc/resolv.conf', RESOLVER_CONFIG)
  replaceFile('/etc/hosts', HOSTS)
  const dns = await startTestDns(answerName, 53)
  const canaries = await listenEverywhere(reply)
  try {
    await Promise.all(CANARIES.map(dial))
    const listening = canaries.connects.size
    const unreached = short ? [] : await control(canaries)
    const proxyReached = short || (await dialThroughProxy(canaries))
    dns.forget()

    const rng = createRng(seed)
    const random = Array.from({ length: times }, (_, n) => randomUrl(rng, n))
    canaries.reset()
    const production = await runProduction(random)
    if (!short) production.groups.push(await runFormerlyAllowed([...FORBIDDEN_URLS, ...random]))
    const proxied = canaries.proxied
    const connects = new Map(canaries.connects)
    const served = canaries.served

    const allowed = short ? [] : await runAllowed(canaries)
    return {
      canaries: { count: CANARIES.length, listening, unreached, proxyReached },
      groups: [...production.groups, ...allowed],
      connects: [...connects],
      proxied,
      served,
      timing: production.timing,
    }
  } finally {
    await canaries.close()
    await dns.close()
  }
}

/** A partner's server: 200, but for the paths that say otherwise. */
function reply(path: string, n: number): { status: number; headers?: Record<string, string> } {
  const [, status, location] = /^\/redirect\/(\d+)\/(.*)$/.exec(path) ?? []
  if (status !== undefined)
    return { status: Number(status), headers: { location: decodeURIComponent(location ?? ''), refresh: `0; url=${location}` } }
  if (path.startsWith(REFUSING_KEPT)) return { status: 503 }
  if (path.startsWith(REFUSING) && n === 1) return { status: 503, headers: { connection: 'close' } }
  return { status: 200 }
}

/** On a build without the guard: the canaries that are not reached by the very cases that must not reach any. */
async function control(canaries: Canaries): Promise<string[]> {
  canaries.reset()
  await withService({ preload: [NO_GUARD] }, async (api) => {
    const jobs = await submitAll(
      api,
      [...FORBIDDEN_URLS, ...NAME_CASES].map(({ url }) => url),
    )
    await untilSent(api, jobs)
  })
  return CANARIES.filter((address) => !canaries.connects.has(address))
}

/** What a client makes of the environment that heeds its proxies, as Node's own `fetch` does. */
async function dialThroughProxy(canaries: Canaries): Promise<boolean> {
  const env = { ...process.env, ...PROXIES }
  await promisify(execFile)(process.execPath, ['-e', "fetch('http://public.test/').catch(() => {}).finally(() => process.exit())"], { env })
  return canaries.proxied > 0
}

/** A request to the canary by its address. */
function dial(host: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: HTTP_PORT }, () => socket.write('GET / HTTP/1.1\r\nhost: canary\r\n\r\n'))
    socket.once('data', () => socket.destroy())
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })
}

await reportFromInside(() => run(JSON.parse(process.argv[2] ?? '') as Options))
