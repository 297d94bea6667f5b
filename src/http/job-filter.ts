import type { z } from '@hono/zod-openapi'
import { overdueSince } from '../lifecycle/outlook.ts'
import type { World } from '../lifecycle/world.ts'
import type { JobFilter } from '../ports.ts'
import { momentOf } from './schemas/common.ts'
import type { JobFilterMembers } from './schemas/job-filter.ts'

type Members = { [Name in keyof typeof JobFilterMembers]?: z.output<(typeof JobFilterMembers)[Name]> | undefined }

/** Which jobs are meant by the validated members of a query or of a rerun's filter. `tenantId` null = every tenant's. */
export function jobFilter(world: World, tenantId: string | null, members: Members): JobFilter {
  const { overdue } = members
  return {
    tenantId,
    status: members.status ?? null,
    type: members.type ?? null,
    tag: members.tag ?? null,
    errorCode: members.error_code ?? null,
    overdue: overdue === undefined ? null : { is: overdue === 'true', late: overdueSince(world) },
    startedBefore: momentOf(members.started_before),
    createdAfter: momentOf(members.created_after),
    createdBefore: momentOf(members.created_before),
  }
}
