/** GET /v1/operations/{id}: the same job for clients that poll an `Operation-Location`. */
import { isFinished } from '../../domain/job.ts'
import { operationDocument } from '../../domain/operation.ts'
import { findJob } from '../../lifecycle/find-job.ts'
import { outlook } from '../../lifecycle/outlook.ts'
import { NO_STORE, respond } from '../respond.ts'
import { defineRoute } from '../route.ts'
import { IdParams } from '../schemas/common.ts'
import { Operation } from '../schemas/operation.ts'

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
  async handle({ world, caller, params }) {
    const view = await findJob(world, caller.reader, params.id)
    const { retryAfterSeconds } = await outlook(world, view)
    const goesOn = isFinished(view.job) ? {} : { 'retry-after': String(retryAfterSeconds) }
    return respond(200, operationDocument(view), { ...NO_STORE, ...goesOn })
  },
})
