/** Tenants of a measured service, each with a key, and jobs that wait. */
import { createApi } from '../../test/support/api.ts'
import type { Service } from '../../test/support/service.ts'
import type { Followed } from './holders.ts'

const AT_ONCE = 16
const DAY_MS = 86_400_000

/** Keys of so many fresh tenants. */
export async function tenantKeys({ api }: Service, count: number): Promise<string[]> {
  const keys: string[] = []
  for (let n = 1; n <= count; n += 1) {
    const { id } = (await api.call('POST', '/v1/tenants', { body: { name: `watched ${n}` } })).json
    const scopes = ['jobs:write', 'jobs:read', 'callbacks:read']
    keys.push((await api.call('POST', `/v1/tenants/${id}/api-keys`, { body: { scopes } })).json.key)
  }
  return keys
}

/** So many jobs that begin tomorrow, spread over the tenants. */
export async function waitingJobs({ url }: Service, keys: readonly string[], count: number): Promise<Followed[]> {
  const jobs: Followed[] = []
  const run_at = new Date(Date.now() + DAY_MS).toISOString()
  for (const [n, key] of keys.entries()) {
    const api = createApi(url, key, AT_ONCE)
    let left = Math.floor(count / keys.length) + (n < count % keys.length ? 1 : 0)
    const submit = async () => {
      while (left > 0) {
        left -= 1
        const { status, text, json } = await api.submit({ type: 'bench.noop', payload: {}, run_at })
        if (status !== 202) throw new Error(`a submit was answered ${status}: ${text}`)
        jobs.push({ key, jobId: json.id })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, submit))
    await api.close()
  }
  return jobs
}
