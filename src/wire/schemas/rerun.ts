/** Reruns of jobs. */
import { z } from 'zod'
import { JobFilterMembers } from './job-filter.ts'
import { Moment, Time } from './time.ts'

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

/** The body of `POST /v1/jobs/rerun`. */
export const RerunJobs = z
  .strictObject({
    filter: RerunFilter,
    as_of: Moment.optional().meta({
      description: 'Only jobs that ended before. Send the `as_of` of the first answer again with the calls that go on. Now when absent.',
    }),
    dry_run: z.boolean().optional().meta({ description: 'Count, and change nothing.' }),
  })
  .meta({ id: 'RerunJobs', example: { filter: { status: 'failed', error_code: 'timeout' }, dry_run: true } })

/** The answer to it. */
export const RerunAnswer = z
  .object({
    rerun: z.int().meta({ description: 'So many jobs were submitted once more by this request.' }),
    has_more: z.boolean().meta({ description: 'It stopped before the end, after 10,000 or at a limit of the tenant: ask again.' }),
    as_of: Time,
  })
  .meta({ id: 'RerunAnswer' })

/** The answer to it with `dry_run`. */
export const RerunPreview = z
  .object({
    would_rerun: z.int(),
    by: z.array(z.object({ type: z.string(), error_code: z.string().nullable(), count: z.int() })),
    as_of: Time,
  })
  .meta({ id: 'RerunPreview' })
