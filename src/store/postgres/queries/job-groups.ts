/**
 * The queue of a tenant, walked without ever touching a job that is not due. The index `jobs_queue` holds pending jobs by priority, type
 * and due time, so the jobs of one priority and type (a group) that are due lie side by side, however many wait for later. A tenant has
 * few groups, and each costs one seek.
 */

/** `groups(priority, type)` of the tenant `@tenantId`, highest priority first, for a `WITH RECURSIVE`. */
export const GROUPS = `
  groups(priority, type) AS (
    (SELECT priority, type FROM jobs WHERE tenant_id = @tenantId AND status = 'pending' ORDER BY priority DESC, type DESC LIMIT 1)
    UNION ALL
    SELECT lower.priority, lower.type FROM groups CROSS JOIN LATERAL (
      SELECT priority, type FROM jobs
      WHERE tenant_id = @tenantId AND status = 'pending' AND (priority, type) < (groups.priority, groups.type)
      ORDER BY priority DESC, type DESC LIMIT 1) AS lower
  )`
