/** Keeps tenants within their ceilings of pending jobs, with those that are on their way to the store. In memory, of this process. */
export interface PendingQuota {
  /**
   * Room for one more pending job of the tenant; the answer gives it back once the job is stored or refused. Null: there is none.
   *
   * @param count counts the tenant's stored pending jobs, up to `limit`
   */
  reserve(tenantId: string, limit: number, count: () => Promise<number>): Promise<(() => void) | null>
}

/** Nothing is on its way yet. */
export function createPendingQuota(): PendingQuota {
  const storing = new Map<string, number>()
  return {
    async reserve(tenantId, limit, count) {
      const before = storing.get(tenantId) ?? 0
      const pending = await count()
      const now = storing.get(tenantId) ?? 0
      // A job that was stored between the two looks may be missing from both `pending` and `now`.
      if (pending + Math.max(before, now) >= limit) return null
      storing.set(tenantId, now + 1)
      return () => {
        const left = (storing.get(tenantId) ?? 1) - 1
        if (left === 0) storing.delete(tenantId)
        else storing.set(tenantId, left)
      }
    },
  }
}
