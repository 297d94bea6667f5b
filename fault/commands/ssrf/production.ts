/** The production configuration: what a submit refuses, and where sends end. */
import type { Api } from '../../../test/support/api.ts'
import type { Group } from '../../harness/case-group.ts'
import { FORBIDDEN_URLS, MALFORMED, PUBLIC_URLS, type UrlCase } from './literals.ts'
import { type Expected, NAME_CASES, type NameCase } from './names.ts'
import type { Timing } from './report.ts'
import { type Sent, submitAll, submitUrl, untilSent } from './sends.ts'
import { withService } from './setup.ts'

const PAIRS = 200
const LISTENS = 'http://10.0.0.1/'
const NOBODY = 'http://10.77.77.77/'

/** Places that a redirect may name, by their spelling and by name. */
const REDIRECTS: readonly NameCase[] = [301, 302, 303, 307, 308].flatMap((status) =>
  ['http://169.254.169.254/latest/', 'http://127.0.0.1/', 'http://canary-0.test/', '//10.0.0.1/', 'http://[::1]/'].map((to) => ({
    id: 'S5',
    name: `${status} to ${to}`,
    url: `http://public.test/redirect/${status}/${encodeURIComponent(to)}`,
    expect: `exhausted ${status}` as Expected,
    tries: 2,
  })),
)

const HEADERS: readonly Record<string, string>[] = [
  ...['host', 'Host', 'content-length', 'CONTENT-LENGTH', 'transfer-encoding', 'te', 'trailer', 'connection', 'keep-alive', 'upgrade'],
  ...['expect', 'proxy-authorization', 'proxy-connection', 'webhook-id', 'Webhook-Signature', 'webhook-timestamp', 'x y', 'x:', ''],
]
  .map((name): Record<string, string> => ({ [name]: 'x' }))
  .concat([{ x: 'a\r\nhost: b' }, { x: 'a\nb' }, { x: 'a\0b' }, { 'X-A': '1', 'x-a': '2' }])

export async function runProduction(random: readonly UrlCase[]): Promise<{ groups: Group[]; timing: Timing }> {
  return withService({}, async (api, service) => {
    const { port } = new URL(service.url)
    const own = [`http://127.0.0.1:${port}/v1/jobs`, `http://localhost:${port}/`, `http://0:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`]
    const forbidden = [...FORBIDDEN_URLS, ...random, ...own.map((url) => ({ id: 'S11', url }))]
    return {
      groups: [
        await refusals(
          'S1 S6',
          'spellings of forbidden addresses refused at submit, all in the same words',
          api,
          forbidden,
          'callback_url_forbidden',
        ),
        await refusals('S7 S8', 'malformed URLs and other schemes refused at submit', api, MALFORMED, 'invalid_request'),
        await headers(api),
        await sends('S2 S3 S4 S6', 'names: rebinding, mixed, aliases, failing, every canary', api, NAME_CASES),
        await sends('S5', 'redirects not followed', api, REDIRECTS),
        await sends(
          'public',
          'public addresses in several spellings served',
          api,
          PUBLIC_URLS.map(({ id, url }) => ({ id, name: url, url, expect: 'delivered' })),
        ),
        await oracle(api),
      ],
      timing: await timing(api),
    }
  })
}

/** Each answers 422 with this code; the problem is the same for all but for its id. */
export async function refusals(id: string, name: string, api: Api, cases: readonly UrlCase[], code: string): Promise<Group> {
  const faults: string[] = []
  const bodies = new Set<string>()
  await inTurn(cases, async ({ url }) => {
    const { status, json } = await submitUrl(api, url)
    if (status !== 422 || json.code !== code) faults.push(`${url} answered ${status} ${json.code}`)
    else bodies.add(JSON.stringify({ ...json, request_id: null }))
  })
  if (code === 'callback_url_forbidden' && bodies.size > 1) faults.push(`S12 ${bodies.size} differing bodies: ${[...bodies].join(' ')}`)
  return { id, name, cases: cases.length, faults }
}

/** Each is taken, and ends as it must. */
export async function sends(id: string, name: string, api: Api, cases: readonly NameCase[]): Promise<Group> {
  const jobs = await submitAll(
    api,
    cases.map(({ url }) => url),
  )
  const sent = await untilSent(api, jobs)
  return { id, name, cases: cases.length, faults: cases.flatMap((one, n) => faultsOfSend(one, sent[n])) }
}

function faultsOfSend({ name, expect, tries = 1 }: NameCase, sent: Sent | undefined): string[] {
  if (sent?.outcome === expect && sent.tries === tries) return []
  return [`${name} is ${sent?.outcome} after ${sent?.tries}, not ${expect} after ${tries}`]
}

async function headers(api: Api): Promise<Group> {
  const faults: string[] = []
  for (const one of HEADERS) {
    const { status } = await api.submit({ type: 'fault.noop', callback: { url: 'http://public.test/', headers: one } })
    if (status !== 422) faults.push(`${JSON.stringify(one)} answered ${status}`)
  }
  return { id: 'S13', name: 'custom headers that would change the message refused', cases: HEADERS.length, faults }
}

/** What a delivery tells of a refused address is the same for one that listens, one that does not, and one of metadata. */
async function oracle(api: Api): Promise<Group> {
  const names = ['canary-0.test', 'canary-50.test', 'nobody.test', 'metadata.google.internal', 'alias.test']
  const jobs = await submitAll(
    api,
    names.map((name) => `http://${name}/oracle`),
  )
  await untilSent(api, jobs)
  const told = new Set<string>()
  for (const job of jobs) {
    const [{ id }] = (await api.call('GET', `/v1/deliveries?job_id=${job}`)).json.data
    const { status, reason, last_status, last_error, attempt_log } = (await api.call('GET', `/v1/deliveries/${id}`)).json
    // Of the request, its time and signature are its own.
    const attempts = attempt_log.map((attempt: { request_headers: object | null }) => ({
      ...attempt,
      at: null,
      ms: null,
      request_headers: Object.keys(attempt.request_headers ?? {}),
    }))
    told.add(JSON.stringify({ status, reason, last_status, last_error, attempts }))
  }
  return {
    id: 'S12',
    name: 'forbidden deliveries all tell the same',
    cases: names.length,
    faults: told.size === 1 ? [] : [[...told].join(' ')],
  }
}

/** Refusals of a host that listens and of one that does not, by turns. */
async function timing(api: Api): Promise<Timing> {
  const msOf = async (url: string): Promise<number> => {
    const startedAt = performance.now()
    await submitUrl(api, url)
    return performance.now() - startedAt
  }
  let slower = 0
  for (let n = 0; n < PAIRS; n++) {
    // Each goes first as often as the other.
    const [first, second] = n % 2 === 0 ? [LISTENS, NOBODY] : [NOBODY, LISTENS]
    const [one, two] = [await msOf(first), await msOf(second)]
    if (n % 2 === 0 ? one > two : two > one) slower += 1
  }
  return { pairs: PAIRS, slower }
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const client = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: 16 }, client))
}
