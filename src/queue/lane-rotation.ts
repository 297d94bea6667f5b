import { tenantOfLane } from '../domain/fair-share.ts'

/** Lanes in the order of their turns: round robin over tenants, and over each tenant's lanes. It holds a lane at most once. */
export interface LaneRotation {
  readonly size: number
  /** How many lanes of this tenant wait. */
  sizeOf(tenantId: string): number
  /** Whether a lane of another tenant waits. */
  hasOthers(tenantId: string): boolean
  /** Puts the lane behind its tenant's other lanes, unless it waits already. */
  add(lane: string): void
  /** Takes out the next lane of a tenant for whom `may` says yes. */
  next(may: (tenantId: string) => boolean): string | undefined
}

/** An empty rotation. */
export function createLaneRotation(): LaneRotation {
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
