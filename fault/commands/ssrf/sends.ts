/** Submits of URLs, and what became of those that were taken. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Api } from '../../../test/support/api.ts'

const LOOK_MS = 50
const PATIENCE_MS = 30_000

export interface Sent {
  /** `forbidden`, `delivered`, `exhausted <status or error class>`, or what else it is. */
  outcome: string
  tries: number
}

export function submitUrl(api: Api, url: string, more: object = {}): Promise<Answer> {
  return api.submit({ type: 'fault.noop', payload: {}, callback_url: url, ...more })
}

/** The ids of jobs for these URLs, in their order. Throws when one is refused. */
export async function submitAll(api: Api, urls: readonly string[], more: object = {}): Promise<string[]> {
  return Promise.all(
    urls.map(async (url) => {
      const answer = await submitUrl(api, url, more)
      if (answer.status !== 202) throw new Error(`${url} was refused: ${answer.status} ${answer.text}`)
      return answer.json.id as string
    }),
  )
}

/** What became of the deliveries of these jobs, in their order, once nothing of them is pending. */
export async function untilSent(api: Api, jobs: readonly string[]): Promise<Sent[]> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(LOOK_MS)) {
    const found = await deliveries(api)
    const sent = jobs.map((id) => found.get(id) ?? { outcome: 'pending', tries: 0 })
    if (sent.every(({ outcome }) => outcome !== 'pending') || performance.now() > deadline) return sent
  }
}

async function deliveries(api: Api): Promise<Map<string, Sent>> {
  const found = new Map<string, Sent>()
  for (let path: string | null = '/v1/deliveries?limit=100'; path !== null; ) {
    const page: WirePage = (await api.call('GET', path)).json
    for (const { job_id, status, reason, attempts, last_status, last_error } of page.data) {
      const outcome = reason === 'exhausted' ? `exhausted ${last_error ?? last_status}` : (reason ?? status)
      found.set(job_id, { outcome, tries: attempts })
    }
    path = page.next_cursor === null ? null : `/v1/deliveries?limit=100&cursor=${encodeURIComponent(page.next_cursor)}`
  }
  return found
}

interface WirePage {
  data: { job_id: string; status: string; reason: string | null; attempts: number; last_status: number | null; last_error: string | null }[]
  next_cursor: string | null
}
