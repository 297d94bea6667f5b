/**
 * Something scarce that tenants share: each may hold as much as stays free for the others (dynamic thresholds, Choudhury and
 * Hahne 1998). One tenant alone gets half of it, two get a third each, and a tenant that holds nothing yet finds room.
 */
export interface FairShare {
  /** False, and nothing is taken, when the amount exceeds what is left of the tenant's share. */
  take(tenantId: string, amount: number): boolean
  giveBack(tenantId: string, amount: number): void
}

/** @param capacity all there is, in the unit of the amounts */
export function createFairShare(capacity: number): FairShare {
  const held = new Map<string, number>()
  let free = capacity

  return {
    take(tenantId, amount) {
      const own = (held.get(tenantId) ?? 0) + amount
      if (own > free - amount) return false
      free -= amount
      held.set(tenantId, own)
      return true
    },
    giveBack(tenantId, amount) {
      const own = (held.get(tenantId) ?? 0) - amount
      free += amount
      if (own === 0) held.delete(tenantId)
      else held.set(tenantId, own)
    },
  }
}
