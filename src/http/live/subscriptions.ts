/** What one socket has subscribed to. */
import { ProblemError } from '../../domain/errors.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { followFeed, openFeed } from '../../lifecycle/feed/follow-feed.ts'
import { type Following, followJob } from '../../lifecycle/jobs/follow-job.ts'
import type { JobWatches } from '../../lifecycle/jobs/job-watches.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import { eventDocument } from '../../wire/documents/event.ts'
import { eventMessage, newsMessage, progressDocument } from '../../wire/documents/live.ts'
import { FeedAfter, FeedTypes } from '../../wire/schemas/event.ts'
import { idSchema } from '../../wire/schemas/id.ts'
import { type Caller, requireScope, requireToken } from '../kit/auth.ts'
import { validate } from '../kit/validate.ts'
import { EVENTS, type SocketMessage } from './socket-message.ts'

/** Subscriptions of one socket at a time. */
export const MOST_SUBSCRIPTIONS = 100

/** Where messages go. */
export interface SocketSink {
  send(text: string): void
  readonly full: boolean
}

/** The subscriptions of one socket. */
export interface Subscriptions {
  /** Rejects with a `ProblemError` or `StoreUnavailable` when a subscription is refused. Called again before it has resolved: never. */
  take(message: SocketMessage): Promise<void>
  resume(): void
  check(now: number): void
  stop(): void
}

const JobId = idSchema('job')

/** None at first. */
export function createSubscriptions(context: Context, watches: JobWatches, caller: Caller, sink: SocketSink): Subscriptions {
  const followed = new Map<string, Following>()
  let stopped = false

  function drop(name: string): void {
    followed.get(name)?.stop()
    followed.delete(name)
  }

  /** Subscribing once more begins anew. */
  function makeRoom(name: string): void {
    drop(name)
    if (followed.size < MOST_SUBSCRIPTIONS) return
    throw new ProblemError('too_many_subscriptions', `A socket has at most ${MOST_SUBSCRIPTIONS} subscriptions.`)
  }

  async function subscribeJob(id: string): Promise<void> {
    requireScope(caller, 'jobs:read')
    requireToken(caller, id)
    makeRoom(id)
    if (!JobId.safeParse(id).success) throw new ProblemError('not_found', 'Not the id of a job.')
    const first = await watches.snapshot(await findJob(context, caller.reader, id))
    if (stopped) return
    let ended = false
    const following = followJob(
      watches,
      { first, seen: null },
      {
        get full() {
          return sink.full
        },
        news(news, snapshot) {
          const data = news === 'progress' ? progressDocument(snapshot.view, snapshot.estimate) : snapshot.document()
          sink.send(newsMessage(news, id, data))
        },
        ended() {
          ended = true
          followed.delete(id)
        },
      },
    )
    if (!ended) followed.set(id, following)
  }

  async function subscribeEvents({ after, types }: { after: string | null; types: readonly string[] | null }): Promise<void> {
    requireToken(caller, null)
    requireScope(caller, 'callbacks:read')
    makeRoom(EVENTS)
    const known = validate(FeedAfter, after ?? undefined, () => '/after')
    const wanted = types === null ? null : validate(FeedTypes, types, () => '/types')
    const reader = { tenantId: caller.tenantId }
    const from = await openFeed(context, reader, known ?? null)
    if (stopped) return
    const following = followFeed(
      context,
      reader,
      { from, types: wanted },
      {
        get full() {
          return sink.full
        },
        event: (event) => sink.send(eventMessage(eventDocument(event, { tenantId: false }))),
        passed() {},
      },
    )
    followed.set(EVENTS, following)
  }

  return {
    async take(message) {
      if (message.kind === 'unsubscribe') drop(message.id)
      else if (message.kind === 'job') await subscribeJob(message.id)
      else await subscribeEvents(message)
    },
    resume() {
      for (const one of [...followed.values()]) one.resume()
    },
    check(now) {
      for (const one of [...followed.values()]) one.check(now)
    },
    stop() {
      stopped = true
      for (const one of followed.values()) one.stop()
      followed.clear()
    },
  }
}
