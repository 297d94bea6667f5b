/** Lanes in the order of their turns: tenants take turns, and each tenant's lanes among themselves. A lane stands in it at most once. */
import { tenantOfLane } from '../../domain/fair-share.ts'

export interface Line {
  readonly size: number
  /** How many lanes of this tenant stand in it. */
  sizeOf(tenantId: string): number
  /** Whether a lane of another tenant stands in it. */
  hasOthers(tenantId: string): boolean
  /** At the end of its tenant's lanes, unless it stands in line already. */
  add(lane: string): void
  /** Takes out the next lane of a tenant that may have a turn. */
  next(may: (tenantId: string) => boolean): string | undefined
}

export function createLine(): Line {
  /** Tenants, and for each its lanes, in the order of their turns. */
  const tenants = new Map<string, Set<string>>()
  let size = 0

  return {
    get size() {
      return size
    },
    sizeOf: (tenantId) => tenants.get(tenantId)?.size ?? 0,
    hasOthers: (tenantId) => tenants.size > (tenants.has(tenantId) ? 1 : 0),
    add(lane) {
      const tenantId = tenantOfLane(lane)
      const lanes = tenants.get(tenantId) ?? new Set()
      size += lanes.has(lane) ? 0 : 1
      lanes.add(lane)
      tenants.set(tenantId, lanes)
    },
    next(may) {
      for (const [tenantId, lanes] of tenants) {
        if (!may(tenantId)) continue
        const [lane] = lanes as Iterable<string>
        tenants.delete(tenantId)
        if (lane === undefined) continue
        lanes.delete(lane)
        size -= 1
        if (lanes.size > 0) tenants.set(tenantId, lanes)
        return lane
      }
      return undefined
    },
  }
}
