/** Which jobs: the same members in the query of the list and in the filter of a rerun. */
import { z } from 'zod'
import { CreatedRange, Moment, PageParameters, Time } from './common.ts'
import { JobStatus } from './job.ts'

export const JobFilterMembers = {
  status: JobStatus.optional(),
  type: z.string().optional(),
  tag: z.string().optional(),
  error_code: z.string().optional().meta({ description: 'Code of the last failure.' }),
  overdue: z.enum(['true', 'false']).optional().meta({ description: 'Whether the job is `overdue` now.' }),
  started_before: Moment.optional().meta({ description: 'Its first run began before.' }),
  ...CreatedRange,
}

export const ListJobs = z.strictObject({ ...JobFilterMembers, ...PageParameters })

const RerunFilter = z
  .strictObject({
    all: z.literal(true, { error: 'Must be true, or absent.' }).optional(),
    ...JobFilterMembers,
    overdue: z
      .union([z.boolean(), z.enum(['true', 'false'])])
      .transform((value) => (String(value) === 'true' ? ('true' as const) : ('false' as const)))
      .optional()
      .meta({ type: 'boolean', description: 'As in the query of the list; a job that has ended is not overdue.' }),
  })
  .refine((filter) => Object.keys(filter).length > 0, { message: 'Name at least one member, or `all`: nothing is rerun by accident.' })
  .refine((filter) => filter.all === undefined || Object.keys(filter).length === 1, { message: '`all` stands alone.' })
  .meta({ id: 'RerunFilter', description: 'The members are the query parameters of `GET /v1/jobs`.' })

export const RerunJobs = z
  .strictObject({
    filter: RerunFilter,
    as_of: Moment.optional().meta({
      description: 'Only jobs that ended before. Send the `as_of` of the first answer again with the calls that go on. Now when absent.',
    }),
    dry_run: z.boolean().optional().meta({ description: 'Count, and change nothing.' }),
  })
  .meta({ id: 'RerunJobs', example: { filter: { status: 'failed', error_code: 'timeout' }, dry_run: true } })

export const RerunAnswer = z
  .object({
    rerun: z.int().meta({ description: 'So many jobs were submitted once more by this request.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 10,000 or at a limit of the tenant: ask again.' }),
    as_of: Time,
  })
  .meta({ id: 'RerunAnswer' })

export const RerunPreview = z
  .object({
    would_rerun: z.int(),
    by: z.array(z.object({ type: z.string(), error_code: z.string().nullable(), count: z.int() })),
    as_of: Time,
  })
  .meta({ id: 'RerunPreview' })
