import type { z } from 'zod'
import { overdueSince } from '../../lifecycle/jobs/estimate.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { JobFilter } from '../../ports/jobs.ts'
import type { JobFilterMembers } from '../../wire/schemas/job-filter.ts'
import { momentOf } from '../../wire/schemas/time.ts'

type Members = { [Name in keyof typeof JobFilterMembers]?: z.output<(typeof JobFilterMembers)[Name]> | undefined }

/** Which jobs are meant by the validated members of a query or of a rerun's filter. `tenantId` null = every tenant's. */
export function jobFilter(context: Context, tenantId: string | null, members: Members): JobFilter {
  const { overdue } = members
  return {
    tenantId,
    status: members.status ?? null,
    type: members.type ?? null,
    tag: members.tag ?? null,
    errorCode: members.error_code ?? null,
    overdue: overdue === undefined ? null : { is: overdue === 'true', late: overdueSince(context) },
    startedBefore: momentOf(members.started_before),
    createdAfter: momentOf(members.created_after),
    createdBefore: momentOf(members.created_before),
  }
}
