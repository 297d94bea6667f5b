/** GET /v1/job-types */
import { jobTypeDocument } from '../../wire/documents/job-type.ts'
import { JobType, ListJobTypes } from '../../wire/schemas/job-type.ts'
import { isAdmin } from '../kit/auth.ts'
import { listRoute } from '../kit/list-route.ts'
import { pageOf } from '../kit/page.ts'

/** The list of job types. */
export const jobTypesRoute = listRoute({
  path: '/v1/job-types',
  operationId: 'listJobTypes',
  summary: 'Job types that can be submitted, by name, with what they take',
  tag: 'Jobs',
  scope: 'any',
  list: 'job-types',
  noun: 'job types',
  query: ListJobTypes,
  item: JobType,
  owner: () => null,
  // Types stay the same, and so do their positions, as long as the service runs.
  page: async (page, { context }) => pageOf([...context.executor.types.values()].sort(byName), page),
  document: (type, { context, caller }) => JSON.stringify(jobTypeDocument(type, context.settings.job, { source: isAdmin(caller) })),
})

function byName(a: { type: string }, b: { type: string }): number {
  return a.type < b.type ? -1 : 1
}
