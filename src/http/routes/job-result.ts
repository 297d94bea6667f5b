/** GET /v1/jobs/{id}/result: what the handler answered, as the bytes and type it answered with. */
import { Refusal } from '../../domain/errors.ts'
import { type JobView, publicFailure } from '../../domain/job-document.ts'
import { findJob } from '../../lifecycle/find-job.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import type { World } from '../../lifecycle/world.ts'
import { respond, respondEmpty } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'

/** A handler's content is not ours to vouch for: a browser that opens it must not run it. */
const UNTRUSTED = { 'content-security-policy': 'sandbox', 'cache-control': 'private, no-cache' } as const
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i

export const jobResultRoute = defineRoute({
  method: 'get',
  path: '/v1/jobs/{id}/result',
  operationId: 'readResult',
  summary: 'Read the result of a job',
  tag: 'Jobs',
  scope: 'jobs:read',
  params: IdParams('job'),
  responses: {
    200: { description: 'The result with its own content type.', contentTypes: ['application/json', 'application/octet-stream', '*/*'] },
    303: { description: 'The handler answered with a location.', headers: { location: 'Where the result is.' } },
  },
  problems: ['not_finished', 'job_failed', 'job_canceled', 'gone', 'overloaded'],
  async handle({ world, caller, params, visit }) {
    const view = await findJob(world, caller.reader, params.id)
    const { job } = view
    switch (job.status) {
      case 'pending':
      case 'running': {
        const { retryAfterSeconds } = await outlook(world, view)
        throw new Refusal('not_finished', `The job is ${job.status}.`, { retryAfterSeconds })
      }
      case 'failed':
        throw new Refusal('job_failed', 'The job failed; see `error`.', { extra: { error: publicFailure(job.error) } })
      case 'canceled':
        throw new Refusal('job_canceled', 'The job was canceled.')
    }
    if (job.result.kind === 'location') return respondEmpty(303, { location: job.result.url, ...UNTRUSTED })
    visit.holdAnswer(job.result.size)
    const contentType = job.result.kind === 'json' ? 'application/json' : job.result.contentType
    return respond(200, await resultBytes(world, view), {
      ...UNTRUSTED,
      'content-type': contentType,
      ...(JSON_TYPE.test(contentType) ? {} : { 'content-disposition': 'attachment' }),
    })
  },
})

async function resultBytes(world: World, view: JobView): Promise<Uint8Array> {
  const bytes = view.inlineResult ?? (await world.store.result(view.job.id))
  // The job was purged between the two reads.
  if (bytes === null) throw new Refusal('gone', 'This job has ended and its retention is over.')
  return bytes
}
