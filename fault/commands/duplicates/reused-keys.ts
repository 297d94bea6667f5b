/** Requests under a known key that are not copies: another body is refused, another tenant gets a job of its own. */
import type { Setup } from './setup.ts'
import { openTenant, submitAs } from './tenant.ts'

const TENANTS = 3

/** Tries so many keys; a line for each answer that should have been another. */
export async function reuseKeys(setup: Setup, keys: number): Promise<string[]> {
  const { api } = await setup.service.start()
  const tenants = await Promise.all(Array.from({ length: TENANTS }, (_, number) => openTenant(setup, `other ${number}`)))
  const failures: string[] = []
  for (let sent = 0; sent < keys; sent += 1) {
    // Other tenants sign with secrets the checker does not know, so nobody is called back.
    const order = setup.order({ callback: false })
    await setup.submit(order)
    const other = await api.submit({ ...order.job, tags: ['other'] }, { 'idempotency-key': order.key })
    if (other.status !== 422 || other.json.code !== 'idempotency_key_reused') failures.push(`another body: ${other.status} ${other.text}`)
    const quoted = await api.submit(order.job, { 'idempotency-key': `"${order.key}"` })
    if (quoted.headers['idempotent-replayed'] !== 'true') failures.push(`the key in quotes: ${quoted.status} ${quoted.text}`)
    for (const tenant of tenants) {
      const words = [await submitAs(setup, tenant, order), await submitAs(setup, tenant, order)].join(', then ')
      if (words !== 'made, then replayed') failures.push(`another tenant: ${words}`)
    }
  }
  for (const tenant of tenants) await tenant.api.close()
  return failures
}
