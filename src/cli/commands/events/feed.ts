/** Following the feed from a known place on. */

import type { EventText } from '../../../client/resources/event-texts.ts'
import type { Page } from '../../../client/transport/listing.ts'
import { ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'

/** Which part of the feed. */
export interface FeedChoice {
  /** An event's id, or `latest`; null: from the oldest kept. */
  after: string | null
  types: readonly string[] | undefined
  tenant?: string | undefined
}

/** The id behind which `after` begins, asked once: a service that is not there, a bad key and an unknown place are told at once. */
export async function placeOf(call: Invocation, { after, types, tenant }: FeedChoice): Promise<string | null> {
  const query = { after, types: types?.join(','), tenant, limit: 1 }
  const { document } = await ask<Page<unknown>>(call, { method: 'GET', path: '/v1/events', query })
  return after === 'latest' ? document.next_cursor : after
}

/** Every event behind the place, byte for byte, and every one to come. */
export function followFeed({ client, signal }: Invocation, { after, types, tenant }: FeedChoice): AsyncGenerator<EventText> {
  return client().events.texts({ after: after ?? undefined, types, tenant, signal })
}

/** The item of the feed: the body with its ids in front. */
export function feedItem({ id, job_id, body }: EventText): string {
  return `{"id":${JSON.stringify(id)},"job_id":${JSON.stringify(job_id)},${body.slice(1)}`
}

/** Types that were given one by one or in comma lists; undefined for all. */
export function typesIn(texts: readonly string[]): string[] | undefined {
  const types = texts.flatMap((text) => text.split(',')).map((one) => one.trim())
  return types.length === 0 ? undefined : types.filter((one) => one !== '')
}

/** What an event is about: a job, a delivery, an endpoint, a group or a destination. */
export function subjectOf(jobId: string | null, data: { id?: string; name?: string; destination?: string }): string | undefined {
  return jobId ?? data.id ?? data.name ?? data.destination
}
