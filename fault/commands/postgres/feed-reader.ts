/** Reads the feed while it is written, and compares what it has seen with what is there at the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../../test/support/service.ts'

/** Between two reads that brought nothing, milliseconds. */
const PAUSE_MS = 10
const PAGE = 100

export interface FeedRecord {
  events: number
  /** Events that the reader went past. */
  missed: number
}

export interface FeedReader {
  /** Reads to the end of the feed, and tells. */
  end(service: Service): Promise<FeedRecord>
  close(): void
}

/** @param service the one to be asked next; null: there is none now */
export function startFeedReader(service: () => Service | null): FeedReader {
  const seen: string[] = []
  let isOver = false
  const reading = (async () => {
    while (!isOver) {
      const target = service()
      const ids = target === null ? null : await pageAfter(target, seen.at(-1))
      seen.push(...(ids ?? []))
      if (ids === null || ids.length === 0) await sleep(PAUSE_MS)
    }
  })()
  return {
    async end(target) {
      isOver = true
      await reading
      const rest = await readAll(target, seen.at(-1))
      const all = await readAll(target)
      const known = new Set([...seen, ...rest])
      return { events: all.length, missed: all.filter((id) => !known.has(id)).length }
    },
    close() {
      isOver = true
    },
  }
}

async function readAll(service: Service, from?: string): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const ids = await pageAfter(service, all.at(-1) ?? from)
    if (ids === null) throw new Error('the feed could not be read although nothing is broken')
    all.push(...ids)
    if (ids.length === 0) return all
  }
}

/** Null when there is no answer. */
async function pageAfter({ api }: Service, after?: string): Promise<string[] | null> {
  const from = after === undefined ? '' : `&after=${after}`
  const answer = await api.call('GET', `/v1/events?limit=${PAGE}${from}`).catch(() => null)
  return answer?.status === 200 ? (answer.json.data as { id: string }[]).map(({ id }) => id) : null
}
