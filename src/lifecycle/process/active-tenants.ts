import type { Context } from './context.ts'

/** A tenant that was created or submitted a job within this time may have work at any moment, milliseconds. */
const ACTIVE_MS = 24 * 60 * 60 * 1000
/** How often the store is asked, milliseconds. */
export const ACTIVE_TENANTS_EVERY_MS = 5_000
/** Two answer the question whether there is another one, whoever asks. */
const ENOUGH = 2

/** Tenants that may have work at any moment; two of them are enough. In memory. */
export interface ActiveTenants {
  add(tenantId: string): void
  replace(tenantIds: readonly string[]): void
  /** Whether another tenant than this one is active. */
  hasOther(tenantId: string): boolean
}

/** No tenant is known to be active yet. */
export function createActiveTenants(): ActiveTenants {
  let ids = new Set<string>()
  return {
    add: (tenantId) => void ids.add(tenantId),
    replace(tenantIds) {
      ids = new Set(tenantIds)
    },
    hasOther: (tenantId) => ids.size > (ids.has(tenantId) ? 1 : 0),
  }
}

/** Reads again which tenants are active: a part of the slots is kept free of each of them for the others. */
export async function readActiveTenants(context: Pick<Context, 'store' | 'clock' | 'activeTenants'>): Promise<void> {
  context.activeTenants.replace(await context.store.tenants.active(context.clock.now() - ACTIVE_MS, ENOUGH))
}
