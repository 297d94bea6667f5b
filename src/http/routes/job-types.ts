/** GET /v1/job-types */
import { exampleOf } from '../../domain/example-of.ts'
import type { Settings } from '../../lifecycle/world.ts'
import type { JobType } from '../../ports.ts'
import { isAdmin } from '../auth.ts'
import { readPage, respondPage } from '../page.ts'
import { defineRoute } from '../route.ts'
import { listSchema } from '../schemas/common.ts'
import { JobTypeDocument, ListJobTypes } from '../schemas/job-type.ts'

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
  handle({ world, caller, query, request }) {
    const { limit, before } = readPage(LIST, null, query)
    // The position is that of a type among their names, as long as the service runs.
    const start = before ?? 0
    const types = [...world.workshop.types.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
    const rows = types.slice(start, start + limit).map((type) => JSON.stringify(wireJobType(type, world.settings, isAdmin(caller))))
    const next = start + limit < types.length ? start + limit : null
    return respondPage(LIST, null, { rows, next }, request.url, world.settings.publicUrl)
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
