/** Deliveries by the hundred: a steady load of healthy ones, and how those to a receiver came out. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import { submitTo, type Target } from './setup.ts'

const HEALTHY_EVERY_MS = 20
const LOOK_MS = 100
/** Deliveries that are not over by then are told as `pending`. */
const PATIENCE_MS = 60_000

/** Counts of `<status> <error class or HTTP status>` of the `count` deliveries to a port since `since`, once they are over. */
export async function outcomesAt(
  api: Api,
  port: number,
  since: number,
  count: number,
  patienceMs = PATIENCE_MS,
): Promise<Map<string, number>> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(LOOK_MS)) {
    const found = await presentOutcomes(api, port, since)
    const over = [...found].reduce((sum, [outcome, n]) => (outcome.startsWith('pending') ? sum : sum + n), 0)
    if (over >= count || performance.now() > deadline) return found
  }
}

async function presentOutcomes(api: Api, port: number, since: number): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  // The service rounds its times down.
  const query = `created_after=${encodeURIComponent(new Date(since - 1).toISOString())}&limit=100`
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: WirePage = (await api.call('GET', `/v1/deliveries?${query}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`))
      .json
    for (const { url, status, last_status, last_error } of page.data) {
      if (Number(new URL(url).port) !== port) continue
      const outcome = `${status} ${last_error ?? last_status}`
      found.set(outcome, (found.get(outcome) ?? 0) + 1)
    }
    cursor = page.next_cursor
  }
  return found
}

interface WirePage {
  data: { url: string; status: string; last_status: number | null; last_error: string | null }[]
  next_cursor: string | null
}

export interface HealthyLoad {
  /** No more from now on; how many were sent, and how many of them arrived. */
  stop(): Promise<{ sent: number; delivered: number }>
}

/** A job every 20 ms for one of the targets, in turn. */
export function startHealthyLoad(api: Api, targets: readonly Target[]): HealthyLoad {
  const startedAt = Date.now()
  const submits: Promise<string>[] = []
  const timer = setInterval(() => {
    const target = targets[submits.length % targets.length]
    if (target) submits.push(submitTo(api, target.url(0)))
  }, HEALTHY_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      const sent = (await Promise.all(submits)).length
      let delivered = 0
      for (const { receiver } of targets) {
        const share = Math.ceil(sent / targets.length)
        delivered += (await outcomesAt(api, receiver.port, startedAt, share)).get('delivered 200') ?? 0
      }
      return { sent, delivered }
    },
  }
}
