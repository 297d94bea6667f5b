/** GET /v1/job-types */
import { exampleOf } from '../../domain/example-of.ts'
import type { Settings } from '../../lifecycle/process/context.ts'
import type { JobType } from '../../ports/executor.ts'
import { listSchema } from '../../wire/schemas/common.ts'
import { JobTypeDocument, ListJobTypes } from '../../wire/schemas/job-type.ts'
import { isAdmin } from '../kit/auth.ts'
import { readPage, respondPage } from '../kit/page.ts'
import { defineRoute } from '../kit/route.ts'

const LIST = 'job-types'

export const jobTypesRoute = defineRoute({
  method: 'get',
  path: '/v1/job-types',
  operationId: 'listJobTypes',
  summary: 'Job types that can be submitted, by name, with what they take',
  tag: 'Jobs',
  scope: 'any',
  query: ListJobTypes,
  responses: {
    200: { description: 'A page of job types.', schema: listSchema(JobTypeDocument), headers: { link: 'The next page, `rel="next"`.' } },
  },
  handle({ context, caller, query, request }) {
    const { limit, before } = readPage(LIST, null, query)
    // The position is that of a type among their names, as long as the service runs.
    const start = before ?? 0
    const types = [...context.executor.types.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
    const rows = types.slice(start, start + limit).map((type) => JSON.stringify(wireJobType(type, context.settings, isAdmin(caller))))
    const next = start + limit < types.length ? start + limit : null
    return respondPage(LIST, null, { rows, next }, request.url, context.settings.publicUrl())
  },
})

function wireJobType(type: JobType, { jobTimeoutMs, jobMaxAttempts }: Settings, showSource: boolean) {
  return {
    type: type.type,
    input_schema: type.inputSchema,
    example: type.inputSchema === null ? {} : exampleOf(type.inputSchema),
    timeout_seconds: (type.timeoutMs ?? jobTimeoutMs) / 1000,
    max_attempts: type.maxAttempts ?? jobMaxAttempts,
    concurrency: type.concurrency,
    steps: type.steps,
    isolated: type.isolated,
    ...(showSource ? { source: sourceOf(type) } : {}),
  }
}

/** The file; or the URL, whose userinfo and query may be secrets. */
function sourceOf({ source, upstream }: JobType): string {
  const url = upstream === null ? null : URL.parse(source)
  return url === null ? source : `${url.origin}${url.pathname}`
}
