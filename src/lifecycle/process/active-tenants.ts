import type { Context } from './context.ts'

/** A tenant that was made or handed in a job within this time may have work any moment, milliseconds. */
const ACTIVE_MS = 24 * 60 * 60 * 1000
/** How often the store is asked, milliseconds. */
export const ACTIVE_TENANTS_EVERY_MS = 5_000
/** Two answer the question whether there is another one, whoever asks. */
const ENOUGH = 2

/** Reads again which tenants may have work any moment: a part of the slots is kept free of each of them for the others. */
export async function readActiveTenants({ store, clock, activeTenants }: Context): Promise<void> {
  const ids = await store.tenants.active(clock.now() - ACTIVE_MS, ENOUGH)
  activeTenants.clear()
  for (const id of ids) activeTenants.add(id)
}

/** Whether another tenant than this one may have work any moment. */
export function hasOtherTenants({ activeTenants }: Context, tenantId: string): boolean {
  return activeTenants.size > (activeTenants.has(tenantId) ? 1 : 0)
}
