/**
 * One round through the page: an operator looks at what would be replayed; meanwhile some of it is discarded and other callbacks die;
 * then the operator confirms what was shown, while clients submit.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN_KEY, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { startCountingReceiver } from '../../harness/counting-receiver.ts'
import { layDeadLetters } from '../../harness/dead-backlog.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { ask, login } from '../dashboard/client.ts'
import { tallyOf } from './arrivals.ts'
import { readEnd } from './read-end.ts'
import { startLoad } from './start-load.ts'
import { untilQuiet } from './until-quiet.ts'

const ENV = { LOG_LEVEL: 'fatal', CALLBACK_RETRY_SCHEDULE: '1s,2s,5s', CALLBACK_BREAKER: 'off' }
const PAGE = '/dashboard/replay'
/** One in so many answered 410 at its last try, the others 503: the page counts both. */
const GONE_EVERY = 50
/** Discarded after the preview, and as many die: so no more would move than was shown, whoever counts again. */
const SINCE = 20
const LOOK_MS = 50

export interface PageRound {
  count: number
  /** As in `DeadLettersRound`. */
  patienceMs: number
  preload?: readonly URL[]
}

export interface PageReport {
  /** What the page said would be sent again. */
  previewed: number
  /** Of these, discarded before the confirmation. And callbacks that died before it, and after the preview. */
  discarded: number
  died: number
  /** What the pages of results said: sums over all presses, and of the last one what was no longer dead and had died since. */
  told: { moved: number; skipped: number; noLongerDead: number; diedSince: number }
  presses: number
  replayMs: number
  /** Of the webhook-ids that were to be moved: arrived exactly once, more often, never. And arrivals of discarded ones. */
  once: number
  repeated: number
  missing: number
  unselected: number
  /** Of those that died after the preview: sent again. */
  diedSent: number
  deliveredMs: number
  /** As the database has them at the end. */
  delivered: number
  dead: number
  open: number
  gaps: number
  integrity: string
  submitted: number
  refused: number
  folder: string
}

/** Runs one round. Throws when the service cannot be started, or a page cannot be read. The caller removes the folder. */
export async function runThroughPage({ count, patienceMs, preload = [] }: PageRound): Promise<PageReport> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const receiver = await startCountingReceiver()
  const refusing = await startRefusing()
  let service: Service | null = null
  try {
    const backlog = await layDeadLetters(dataDir, `${receiver.url}/hooks`, count, GONE_EVERY)
    service = await startService({ dataDir, handlersDir: HANDLERS, env: ENV, preload })
    const cookie = await login(service.url, ADMIN_KEY)
    const fields = fieldsOf((await ask(service.url, { path: PAGE, headers: { cookie } })).text)
    const discarded = await discardSome(service)
    await letDie(service, refusing)

    const load = startLoad(service)
    const pressedAt = performance.now()
    const told = await confirm(service.url, cookie, fields)
    const replayMs = performance.now() - pressedAt
    const lastArrivalAt = await untilQuiet(receiver, service.api, patienceMs)
    const { submitted, refused } = await load.stop()
    await service.stop()

    const selected = [...backlog.exhausted, ...backlog.gone].filter((id) => !discarded.has(id))
    return {
      previewed: Number(fields.expect),
      discarded: discarded.size,
      died: SINCE,
      ...told,
      replayMs,
      ...tallyOf(receiver.arrivals, selected),
      unselected: [...discarded].filter((id) => receiver.arrivals.has(id)).length,
      diedSent: refusing.asked() - SINCE,
      deliveredMs: lastArrivalAt - pressedAt,
      ...readEnd(dataDir),
      integrity: integrityOf(dataDir),
      submitted,
      refused,
      folder,
    }
  } finally {
    await service?.kill()
    receiver.close()
    refusing.close()
  }
}

/** The hidden fields of the form that confirms. Throws when there is none: nothing would be sent again. */
function fieldsOf(text: string): Record<string, string> {
  const fields = [...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value])
  if (fields.length === 0) throw new Error('the page has no form that confirms')
  return Object.fromEntries(fields)
}

/** Presses the button; the very same one again as long as the page says that there is more, or that there is too much to do. */
async function confirm(url: string, cookie: string, body: Record<string, string>): Promise<Pick<PageReport, 'told' | 'presses'>> {
  const told = { moved: 0, skipped: 0, noLongerDead: 0, diedSince: 0 }
  for (let presses = 1; ; presses += 1) {
    const { status, text } = await ask(url, { method: 'POST', path: PAGE, headers: { cookie, origin: url }, body })
    if (status === 503) await sleep(LOOK_MS)
    else if (status !== 200) throw new Error(`the page answered ${status}: ${text}`)
    else {
      const figure = (name: string) => Number(new RegExp(`<dt>${name}</dt><dd>(\\d+)</dd>`).exec(text)?.[1] ?? Number.NaN)
      const before = told.moved
      told.moved += figure('Moved')
      told.skipped += figure('Skipped')
      if (!text.includes('There are more')) {
        // What an earlier press has moved is no longer dead either.
        told.noLongerDead = figure('No longer dead') - before
        told.diedSince = figure('Died since it was counted')
        return { told, presses }
      }
    }
  }
}

/** Discards some of the newest dead letters. Gives their webhook-ids. */
async function discardSome({ api }: Service): Promise<Set<string>> {
  const { json } = await api.call('GET', `/v1/deliveries?status=dead&limit=${SINCE}`)
  const found: { id: string; event: { id: string } }[] = json.data
  for (const { id } of found) {
    const { status } = await api.call('DELETE', `/v1/deliveries/${id}`)
    if (status !== 204) throw new Error(`a discard answered ${status}`)
  }
  return new Set(found.map(({ event }) => event.id))
}

/** Jobs whose callbacks are refused for good. */
async function letDie({ api }: Service, { url }: { url: string }): Promise<void> {
  for (let n = 0; n < SINCE; n += 1) {
    const { json } = await api.submit({ type: 'fault.noop', payload: {}, callback_url: url })
    await api.jobUntil(json.id, ({ callback }) => callback.status === 'dead')
  }
}

/** A receiver that answers 410 and counts. */
async function startRefusing() {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume().on('end', () => response.writeHead(410).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    asked: () => asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
