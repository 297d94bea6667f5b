/** A test world with the HTTP application on top, asked without a port. Every answer is held against the OpenAPI document. */
import { createHash } from 'node:crypto'
import type { Hono } from 'hono'
import { expect } from 'vitest'
import type { Scope, TenantLimits } from '../../src/domain/tenant.ts'
import { OPERATOR_SCOPES, SCOPES } from '../../src/domain/tenant.ts'
import { createHttp, type Http } from '../../src/http/app.ts'
import { createApiKey } from '../../src/lifecycle/tenants/api-keys.ts'
import { createTenant } from '../../src/lifecycle/tenants/tenants.ts'
import { type TestWorld, type TestWorldOptions, testWorld } from '../support/world.ts'

export const ADMIN_KEY = 'operator-key-0123456789abcdef0123456789abcdef'
export const TOKEN_KEY = Buffer.alloc(32, 7)
export const MAX_BODY = 64 * 1024
export const TENANT_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !OPERATOR_SCOPES.includes(scope))

export interface Ask {
  /** The API key; null sends none. The operator's by default. */
  key?: string | null
  /** Sent as JSON unless it is text already. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Of the peer. */
  address?: string
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests judge documents, they do not build on them
  json: any
}

export interface AppWorld {
  world: TestWorld
  app: Hono
  upgrade: Http['upgrade']
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** A fresh tenant's key. */
  tenantKey(options?: { scopes?: readonly Scope[]; limits?: TenantLimits; expiresAt?: number }): Promise<string>
  stop(): void
  [Symbol.asyncDispose](): Promise<void>
}

export async function appWorld(
  options: TestWorldOptions & { holdBack?: () => Promise<void>; corsOrigins?: string[]; dashboard?: boolean } = {},
): Promise<AppWorld> {
  const world = await testWorld(options)
  let stopping = false
  const { app, upgrade } = createHttp(world, {
    adminKeyHash: createHash('sha256').update(ADMIN_KEY).digest(),
    tokenKey: TOKEN_KEY,
    corsOrigins: options.corsOrigins ?? [],
    maxBody: MAX_BODY,
    isWorker: false,
    dashboard: options.dashboard ?? true,
    maxResult: MAX_BODY,
    stopping: () => stopping,
    metrics: async () => '# figures\n',
    holdBack: options.holdBack ?? (async () => {}),
  })
  checkDocumented ??= documentedBy(app)
  const documented = await checkDocumented

  return {
    world,
    app,
    upgrade,
    async ask(method, path, { key = ADMIN_KEY, body, headers = {}, signal, address = '192.0.2.9' } = {}) {
      const request = {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }
      const response = await app.request(path, request, { incoming: { socket: { remoteAddress: address } } })
      documented(method, path, response)
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null,
      }
    },
    async tenantKey({ scopes = TENANT_SCOPES, limits = {}, expiresAt } = {}) {
      const tenant = await createTenant(world, { name: 'partner', limits })
      const { secret } = await createApiKey(world, tenant.id, { name: null, scopes, expiresAt: expiresAt ?? null })
      return secret
    },
    stop() {
      stopping = true
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** The document is the same for every app, and takes longer to make than most tests take. */
let checkDocumented: Promise<ReturnType<typeof createDocumented>> | undefined

async function documentedBy(app: Hono): Promise<ReturnType<typeof createDocumented>> {
  return createDocumented((await (await app.request('/openapi.json')).json()) as Paths)
}

interface Paths {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>
}

/** Fails when an answer of a documented path has a status or a content type that its document does not name. */
function createDocumented({ paths }: Paths) {
  const patterns = Object.entries(paths)
    .map(([path, operations]) => ({ pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), operations }))
    .sort((a, b) => a.pattern.source.split('[^').length - b.pattern.source.split('[^').length)
  return (method: string, path: string, response: Response) => {
    const found = patterns.find(({ pattern }) => pattern.test(path.split('?')[0] ?? ''))
    const operation = found?.operations[method.toLowerCase()]
    if (!operation) return
    const described = operation.responses[String(response.status)]
    expect(described, `${method} ${path} answered ${response.status}, which is not documented`).toBeDefined()
    const types = Object.keys(described?.content ?? {})
    const type = response.headers.get('content-type')?.split(';')[0]
    if (type && types.length > 0 && !types.includes('*/*')) expect(types).toContain(type)
  }
}

/** What a refusal looks like to a caller who keeps to the contract. */
export function refusal(answer: Answer) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.json).toMatchObject({ type: 'about:blank', status: answer.status, request_id: expect.stringMatching(/^req_/) })
  return {
    status: answer.status,
    code: answer.json.code,
    pointers: (answer.json.errors ?? []).map((fault: { pointer: string }) => fault.pointer),
  }
}
