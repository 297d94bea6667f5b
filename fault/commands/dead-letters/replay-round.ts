/** One round: a dead-letter queue, its receiver well again, two operators who press replay at once, and clients who submit meanwhile. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import { type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { startCountingReceiver } from '../../harness/counting-receiver.ts'
import { layDeadLetters } from '../../harness/dead-backlog.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { tallyOf } from './arrivals.ts'
import { readEnd } from './read-end.ts'
import { startLoad } from './start-load.ts'
import { untilQuiet } from './until-quiet.ts'

const ENV = { LOG_LEVEL: 'fatal', CALLBACK_RETRY_SCHEDULE: '1s,2s,5s' }
const OPERATORS = 2
/** One in so many answered 410 at its last try; these are not selected. */
const GONE_EVERY = 50
const LOOK_MS = 50

export interface DeadLettersRound {
  count: number
  /** When nothing has arrived for so many milliseconds, whatever is still open stays open. */
  patienceMs: number
  preload?: readonly URL[]
}

export interface DeadLettersReport {
  /** Dead letters that the operators' filter selects, and those it leaves. */
  selected: number
  left: number
  /** What the summary said of the selected before, and how long it took to say it (milliseconds). */
  summarized: number
  summaryMs: number
  /** What the operators were told they had moved, in all and each. */
  moved: number
  movedEach: number[]
  replayMs: number
  /** Of the selected webhook-ids: arrived exactly once, more often, never. And arrivals of any other. */
  once: number
  repeated: number
  missing: number
  unselected: number
  /** Requests in the receiver's busiest second, and from the first press to the last arrival (milliseconds). */
  peak: number
  deliveredMs: number
  /** As the database has them at the end. */
  delivered: number
  dead: number
  open: number
  /** Deliveries whose attempts are not numbered 1, 2, 3 … or not as many as they count. */
  gaps: number
  integrity: string
  /** Submits acknowledged meanwhile, and attempts at one that were not. */
  submitted: number
  refused: number
  folder: string
}

/** Runs one round. Throws when the service cannot be started. The caller removes the folder. */
export async function runDeadLetters({ count, patienceMs, preload = [] }: DeadLettersRound): Promise<DeadLettersReport> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const receiver = await startCountingReceiver()
  let service: Service | null = null
  try {
    const backlog = await layDeadLetters(dataDir, `${receiver.url}/hooks`, count, GONE_EVERY)
    service = await startService({ dataDir, handlersDir: HANDLERS, env: ENV, preload })
    const filter = { reason: 'exhausted', destination: receiver.url }
    const summary = await summarize(service.api, filter)

    const load = startLoad(service)
    const pressedAt = performance.now()
    const movedEach = await Promise.all(Array.from({ length: OPERATORS }, () => press((service as Service).api, filter)))
    const replayMs = performance.now() - pressedAt
    const lastArrivalAt = await untilQuiet(receiver, service.api, patienceMs)
    const { submitted, refused } = await load.stop()
    await service.stop()

    return {
      selected: backlog.exhausted.size,
      left: backlog.gone.size,
      ...summary,
      moved: movedEach.reduce((sum, moved) => sum + moved, 0),
      movedEach,
      replayMs,
      ...tallyOf(receiver.arrivals, backlog.exhausted),
      unselected: [...receiver.arrivals.keys()].filter((id) => !backlog.exhausted.has(id)).length,
      peak: receiver.peak(),
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
  }
}

async function summarize(api: Api, filter: Record<string, string>): Promise<{ summarized: number; summaryMs: number }> {
  const askedAt = performance.now()
  const { json } = await api.call('GET', `/v1/dead-letters/summary?${new URLSearchParams(filter)}`)
  return { summarized: json.data[0]?.count ?? 0, summaryMs: performance.now() - askedAt }
}

/** An operator: presses again as long as there is more, or the service says that it has too much to do. */
async function press(api: Api, filter: object): Promise<number> {
  for (let moved = 0; ; ) {
    const { status, text, json } = await api.call('POST', '/v1/dead-letters/replay', { body: { filter } })
    if (status === 202) {
      moved += json.replayed
      if (!json.has_more) return moved
    } else if (status !== 503) throw new Error(`the replay answered ${status}: ${text}`)
    else await sleep(LOOK_MS)
  }
}
