/** A test world with a browser's manners: forms from a page of ours, and the cookie that came with an answer. */
import type { Scope } from '../../../src/domain/tenant.ts'
import { createApiKey } from '../../../src/lifecycle/tenants/api-keys.ts'
import { createTenant } from '../../../src/lifecycle/tenants/tenants.ts'
import type { TestWorldOptions } from '../../support/world.ts'
import { ADMIN_KEY, type AppWorld, appWorld } from '../app-world.ts'

/** Where a browser has the service. `app.request` gives this host to a path. */
export const ORIGIN = 'http://localhost'

export interface Sent {
  fields?: Record<string, string | string[]>
  /** Null: a request without `Origin`. */
  origin?: string | null
  headers?: Record<string, string>
  cookie?: string | null
}

export interface Shown {
  status: number
  headers: Headers
  text: string
  location: string | null
}

export interface Browser {
  cookie: string | null
  get(path: string, sent?: Sent): Promise<Shown>
  post(path: string, sent?: Sent): Promise<Shown>
  login(key: string): Promise<Shown>
}

export interface DashboardWorld extends AppWorld {
  browser(): Browser
  /** A browser that has logged in with the operator's key. */
  operator(): Promise<Browser>
  /** A browser that has logged in with a fresh key of a fresh tenant, or of the given one. */
  tenant(scopes?: readonly Scope[], tenantId?: string): Promise<Browser & { tenantId: string; key: string; keyId: string }>
}

const SCOPES: readonly Scope[] = ['jobs:write', 'jobs:read', 'callbacks:write', 'callbacks:read']

export async function dashboardWorld(options: TestWorldOptions & { dashboard?: boolean } = {}): Promise<DashboardWorld> {
  const a = await appWorld(options)

  function browser(): Browser {
    const ask = async (method: string, path: string, { fields, origin, headers = {}, cookie = own.cookie }: Sent): Promise<Shown> => {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields ?? {})) for (const one of [value].flat()) body.append(name, one)
      const response = await a.app.request(
        path,
        {
          method,
          headers: {
            ...(cookie === null ? {} : { cookie }),
            ...(method === 'POST' && origin !== null ? { origin: origin ?? ORIGIN } : {}),
            ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
            ...headers,
          },
          ...(method === 'POST' ? { body: body.toString() } : {}),
        },
        { incoming: { socket: { remoteAddress: '192.0.2.9' } } },
      )
      const set = response.headers.get('set-cookie')
      if (set !== null) own.cookie = set.includes('Max-Age=0') ? null : (set.split(';')[0] ?? null)
      return { status: response.status, headers: response.headers, text: await response.text(), location: response.headers.get('location') }
    }
    const own: Browser = {
      cookie: null,
      get: (path, sent = {}) => ask('GET', path, sent),
      post: (path, sent = {}) => ask('POST', path, sent),
      login: (key) => ask('POST', '/dashboard/login', { fields: { key } }),
    }
    return own
  }

  return {
    ...a,
    browser,
    async operator() {
      const own = browser()
      await own.login(ADMIN_KEY)
      return own
    },
    async tenant(scopes = SCOPES, tenantId) {
      const owner = tenantId ?? (await createTenant(a.world, { name: 'partner', limits: {} })).id
      const { key, secret } = await createApiKey(a.world, owner, { name: null, scopes, expiresAt: null })
      const own = browser()
      await own.login(secret)
      return Object.assign(own, { tenantId: owner, key: secret, keyId: key.id })
    },
  }
}
