/** POST /v1/jobs/{id}/tokens */
import { signJobToken, TOKEN_SECONDS, tokenExpiry } from '../../domain/job-token.ts'
import { findJob } from '../../lifecycle/access/find-job.ts'
import { timestamp } from '../../wire/documents/timestamp.ts'
import { tokenUrls } from '../../wire/documents/urls.ts'
import { IdParams } from '../../wire/schemas/id.ts'
import { CreateJobToken, JobToken } from '../../wire/schemas/job-token.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

/** @param tokenKey signs tokens */
export function jobTokensRoute(tokenKey: Uint8Array) {
  return defineRoute({
    method: 'post',
    path: '/v1/jobs/{id}/tokens',
    operationId: 'createJobToken',
    summary: 'A token for browsers: reads this job, its result and its stream, and nothing else',
    tag: 'Jobs',
    scope: 'jobs:read',
    params: IdParams('job'),
    body: CreateJobToken,
    responses: { 201: { description: 'The token. It ends when it expires or the key that asked for it is over.', schema: JobToken } },
    problems: ['gone'],
    async handle({ context, caller, params, body }) {
      const { job } = await findJob(context, caller.reader, params.id)
      const seconds = body.expires_in_seconds ?? TOKEN_SECONDS.standard
      const expiresAt = tokenExpiry(context.clock.now(), seconds, caller.access.expiresAt)
      const claims = { jobId: job.id, tenantId: job.tenantId, keyId: caller.keyName, expiresAt }
      const token = signJobToken(tokenKey, claims)
      const { settings } = context
      return respondJson(201, { token, expires_at: timestamp(expiresAt), ...tokenUrls(job.id, token, settings) })
    },
  })
}
