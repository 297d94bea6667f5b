/** A request that is refused, for each of the reasons there are, consumes no key. */
import type { Setup } from './setup.ts'
import { openTenant, submitAs, type Tenant } from './tenant.ts'

/** Statuses and requests that are refused with them. */
const REFUSED: readonly [number, object][] = [
  [422, { type: 'fault.unknown' }],
  [422, { type: 'fault.nap', payload: { ms: 'long' } }],
  [413, { type: 'fault.noop', payload: 'x'.repeat(70_000) }],
  [503, { type: 'fault.ponder', payload: { ms: 3_000 } }],
]
const HOUR_MS = 3600_000

/** A line for each refusal that was another, and for each key that could not be used after it. */
export async function reuseRefusedKeys(setup: Setup): Promise<string[]> {
  const tenant = await openTenant(setup, 'refused')
  const failures: string[] = []
  for (const [status, job] of REFUSED) failures.push(...(await reuse(setup, tenant, status, job)))
  const narrow = await openTenant(setup, 'narrow', { pending_jobs: 1 })
  const cancelParked = await park(setup, narrow)
  failures.push(...(await reuse(setup, narrow, 429, { type: 'fault.noop' }, cancelParked)))
  await Promise.all([tenant.api.close(), narrow.api.close()])
  return failures
}

/** A job of the tenant that waits; the answer cancels it. */
async function park(setup: Setup, { id, api }: Tenant): Promise<() => Promise<unknown>> {
  const { key, job } = setup.order({ callback: false })
  const run_at = new Date(Date.now() + HOUR_MS).toISOString()
  const parked = await setup.trySubmit(api, { key, job: { ...job, run_at } }, `${id} `)
  return () => api.call('POST', `/v1/jobs/${parked?.json.id}/cancel`)
}

/** @param mend does away with the reason of the refusal, where it is not the request itself */
async function reuse(
  setup: Setup,
  tenant: Tenant,
  status: number,
  job: object,
  mend: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const order = setup.order({ callback: false })
  const refused = await tenant.api.submit(job, { 'idempotency-key': order.key })
  await mend()
  const then = await submitAs(setup, tenant, order)
  return refused.status === status && then === 'made' ? [] : [`refused with ${refused.status} for ${status}; its key then: ${then}`]
}
