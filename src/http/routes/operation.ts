/** GET /v1/operations/{id}: the same job for clients that poll an `Operation-Location`. */
import { isFinished } from '../../domain/job.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { estimateJob } from '../../lifecycle/jobs/estimate.ts'
import { operationDocument } from '../../wire/documents/operation.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { Operation } from '../../wire/schemas/operation.ts'
import { NO_STORE, respond } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

/** A job as a long-running operation. */
export const operationRoute = defineRoute({
  method: 'get',
  path: '/v1/operations/{id}',
  operationId: 'readOperation',
  summary: 'Read a job as a long-running operation',
  tag: 'Jobs',
  scope: 'jobs:read',
  params: IdParams('job'),
  responses: {
    200: {
      description: 'The job in the words of Azure’s pollers, which find it by the `Operation-Location` of a 202.',
      schema: Operation,
      headers: { 'retry-after': 'Seconds until asking again is worth it; absent once the job has ended.' },
    },
  },
  problems: ['gone'],
  async handle({ context, caller, params }) {
    const view = await findJob(context, caller.reader, params.id)
    const { retryAfterSeconds } = await estimateJob(context, view)
    const goesOn = isFinished(view.job) ? {} : { 'retry-after': String(retryAfterSeconds) }
    return respond(200, operationDocument(view), { ...NO_STORE, ...goesOn })
  },
})
