/**
 * Something scarce, shared by tenants: each may hold as much as stays free for the others (dynamic thresholds, Choudhury and
 * Hahne 1998). One tenant alone gets half of it, two get a third each, and whoever holds nothing yet finds room.
 */
export interface Shares {
  /** False, and nothing is taken, when the tenant's share does not reach. */
  take(tenantId: string, amount: number): boolean
  giveBack(tenantId: string, amount: number): void
}

export function createShares(capacity: number): Shares {
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
