/** `client.events`: the feed of `GET /v1/events`, page by page or followed for ever. */
import type { FeedEvent } from '../documents/event.ts'
import type { AnyJobs } from '../documents/job-map.ts'
import { type CallOptions, type Listing, listing, type PageOptions } from '../transport/listing.ts'
import { BUDGET_MS, createPatience } from '../transport/patience.ts'
import { refusalOf, unreadable } from '../transport/refusal.ts'
import { sleep } from '../transport/time.ts'
import type { Transport } from '../transport/transport.ts'
import { type EventText, eventTexts } from './event-texts.ts'

const PATH = '/v1/events'
/** Seconds for which an empty answer is held. */
const HOLD_SECONDS = 25
/** An answer may take so much longer than it is held, milliseconds. */
const SLACK_MS = 15_000
const PAGE = 100

/** Which part of the feed. */
export interface FeedQuery {
  /** The id of the last event you have, or `latest`: from now on. Without it, from the oldest that is kept. */
  after?: string | undefined
  /** Only events of these types. */
  types?: readonly string[] | undefined
  /** Operator only: another tenant, or `*` for all. */
  tenant?: string | undefined
}

/** The feed: called, it follows for ever. */
export interface EventsApi<Jobs extends object = AnyJobs> {
  /**
   * Every event behind `after`, and every one to come, in the order of the feed. Goes on over failures that pass. Rejects with what the
   * route refuses, such as `cursor_expired`.
   */
  (query?: FeedQuery & CallOptions): AsyncGenerator<FeedEvent<Jobs>, void, undefined>
  /** The events that are there, oldest first. */
  list(query?: FeedQuery & Pick<PageOptions, 'limit'>, options?: CallOptions): Listing<FeedEvent<Jobs>>
  /** Follows as well, and gives the body of the callbacks byte for byte. */
  texts(query?: FeedQuery & CallOptions): AsyncGenerator<EventText, void, undefined>
}

/** The feed of a service. */
export function createEvents(transport: Transport): EventsApi {
  async function* events({ signal, ...query }: FeedQuery & CallOptions = {}): AsyncGenerator<FeedEvent, void, undefined> {
    for await (const page of follow(transport, query, signal)) yield* JSON.parse(page).data
  }
  async function* texts({ signal, ...query }: FeedQuery & CallOptions = {}): AsyncGenerator<EventText, void, undefined> {
    for await (const page of follow(transport, query, signal)) yield* eventTexts(page)
  }
  return Object.assign(events, {
    texts,
    list: ({ types, ...query }: FeedQuery & Pick<PageOptions, 'limit'> = {}, options: CallOptions = {}) =>
      listing<FeedEvent>(transport, PATH, { ...query, types: types?.join(',') }, { ...options, parameter: 'after' }),
  })
}

/** The text of every page that is not empty. Before the first answer it has a budget: who asks at a wrong address is told. */
async function* follow(
  transport: Transport,
  { after, types, tenant }: FeedQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  let patience = createPatience(transport.time, BUDGET_MS)
  let isFirst = true
  for (let cursor = after; ; ) {
    let page: { text: string; data: { id: string }[]; next_cursor: string | null }
    try {
      // Held, an answer that is lost would have told where `latest` was.
      const wait = cursor === 'latest' ? null : HOLD_SECONDS
      page = await readPage(transport, { after: cursor, types: types?.join(','), tenant, wait, limit: PAGE }, signal)
    } catch (error) {
      await sleep(transport.time, patience.waitAfter(error), signal)
      continue
    }
    patience.reset()
    if (isFirst) patience = createPatience(transport.time, null)
    isFirst = false
    if (page.data.length > 0) yield page.text
    cursor = page.next_cursor ?? page.data.at(-1)?.id ?? cursor
  }
}

async function readPage(transport: Transport, query: Record<string, string | number | null | undefined>, signal: AbortSignal | undefined) {
  const answer = await transport.ask({ method: 'GET', path: PATH, query, signal, limitMs: HOLD_SECONDS * 1000 + SLACK_MS })
  if (answer.status !== 200) throw refusalOf(answer, transport.time.now())
  try {
    return { text: answer.text, ...JSON.parse(answer.text) }
  } catch (cause) {
    throw unreadable(cause)
  }
}
