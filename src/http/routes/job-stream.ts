/** GET /v1/jobs/{id}/events: a job, live, to its end. */

import { isFinished } from '../../domain/job.ts'
import { namedState, newsOf, stateName } from '../../domain/job-news.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { followJob, type JobSink } from '../../lifecycle/jobs/follow-job.ts'
import type { JobWatches } from '../../lifecycle/jobs/job-watches.ts'
import { frameText, progressDocument } from '../../wire/documents/live.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { NO_STORE, respondEmpty } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'
import { respondStream, type Stream } from '../live/stream.ts'

/** The stream of one job. */
export function jobStreamRoute(watches: JobWatches) {
  return defineRoute({
    method: 'get',
    path: '/v1/jobs/{id}/events',
    operationId: 'streamJob',
    summary: 'Follow a job, live: its status, its progress, its end',
    tag: 'Jobs',
    scope: 'jobs:read',
    takesToken: true,
    params: IdParams('job'),
    requestHeaders: { 'Last-Event-ID': 'The `id` of the last frame you have: only what has changed since is sent.' },
    responses: {
      200: {
        description:
          'Server-sent events. The first, at once, is the job as it is. `status`: status, attempt, `cancel_requested` or `overdue` have ' +
          'changed; `progress`: `{id, progress, estimated_completion_at}`, at most four a second; `completed`, `failed`, `canceled`: ' +
          'the end, after which the stream ends. The data of all but `progress` is the job document.',
        contentTypes: ['text/event-stream'],
      },
      204: { description: 'The end is what `Last-Event-ID` names: nothing follows.' },
    },
    problems: ['gone', 'overloaded'],
    async handle(call) {
      const { context, caller, params, request, headers } = call
      const view = await findJob(context, caller.reader, params.id)
      const first = await watches.snapshot(view)
      const seen = namedState(params.id, request.headers.get('last-event-id') ?? '')
      if (isFinished(view.job) && newsOf(seen, first.state) === null) return respondEmpty(204, { ...headers, ...NO_STORE })
      return respondStream(call, {
        kind: 'job_stream',
        head: '',
        follow: (stream) => followJob(watches, { first, seen }, sinkOf(stream)),
      })
    },
  })
}

/** Apart from the route, so that an open stream holds nothing of its request. */
function sinkOf(stream: Stream): JobSink {
  return {
    get full() {
      return stream.full
    },
    news(news, snapshot) {
      const data = news === 'progress' ? progressDocument(snapshot.view, snapshot.estimate) : snapshot.document()
      stream.send(frameText({ event: news, id: stateName(snapshot.state), data }))
    },
    ended: stream.end,
  }
}
