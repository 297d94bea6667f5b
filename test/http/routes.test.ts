/** Every route, taken from the app itself. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { until } from '../support/clock.ts'
import { answered, hook } from '../support/world.ts'
import { type AppWorld, appWorld, TENANT_SCOPES } from './app-world.ts'

function routesOf({ app }: AppWorld) {
  return app.routes.map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }))
}

const openapi = async (a: AppWorld) => (await a.ask('GET', '/openapi.json', { key: null })).json

describe('the routes of the app', () => {
  it('are those of the OpenAPI document, each once', async () => {
    await using a = await appWorld()
    const documented = Object.entries((await openapi(a)).paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(
      routesOf(a)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(documented.toSorted())
  })

  it('under /v1 all need a key', async () => {
    await using a = await appWorld()
    for (const { method, path } of routesOf(a).filter((route) => route.path.startsWith('/v1/'))) {
      expect((await a.ask(method, path.replaceAll(/\{\w+\}/g, 'job_0'), { key: null })).status, `${method} ${path}`).toBe(401)
    }
  })

  it('answer another tenant’s id with the very bytes of an unknown one, wherever they take an id', async () => {
    await using a = await appWorld()
    const theirs = await recordsOf(a)
    const key = await a.tenantKey({ scopes: TENANT_SCOPES })
    let cases = 0
    for (const { method, path } of routesOf(a).filter((route) => route.path.includes('{id}'))) {
      const kind = /\/(jobs|deliveries|endpoints|tenants|api-keys)\/\{id\}/.exec(path)?.[1] as keyof typeof theirs
      const body = /tenants/.test(path) ? { name: 'x', scopes: ['jobs:read'] } : {}
      const answers = []
      for (const id of [theirs[kind], `${theirs[kind].split('_')[0]}_${randomBytes(16).toString('hex')}`, 'x', '..%2f..', '%00']) {
        const { status, text, headers } = await a.ask(method, path.replace('{id}', id), {
          key,
          ...(/POST|PATCH/.test(method) ? { body } : {}),
        })
        answers.push({ status, text: text.replace(/"req_[0-9a-z]+"/, '"req"'), headers: Object.fromEntries(headers) })
      }
      for (const answer of answers) expect(answer, `${method} ${path}`).toEqual(answers[0])
      expect(answers[0]?.status, `${method} ${path}`).toBe(/tenants|api-keys/.test(path) ? 403 : 404)
      cases += answers.length
    }
    expect(cases).toBeGreaterThanOrEqual(70)
  })
})

describe('the OpenAPI document', () => {
  it('passes the linter', { timeout: 60_000 }, async () => {
    await using a = await appWorld()
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'))
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(await openapi(a)))
    await promisify(execFile)('redocly', ['lint', 'openapi.json', '--max-problems=20'], { cwd: folder, env: LINTER_ENV })
  })

  it('describes the callback of a submit and the same event as a webhook', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    const callback = document.paths['/v1/jobs'].post.callbacks.jobEnded['{$request.body#/callback_url}'].post
    expect(callback.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/JobEvent' })
    expect(document.webhooks.jobEnded.post.requestBody).toEqual(callback.requestBody)
    const aboutEndpoint = document.webhooks.endpointEvent.post.requestBody.content['application/json'].schema
    expect(aboutEndpoint).toEqual({ $ref: '#/components/schemas/EndpointEvent' })
  })

  it('lists every code with its status', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    for (const code of document.components.schemas.Problem.properties.code.enum) {
      expect(document.info.description).toMatch(new RegExp(`\\| \\d{3} \\| \`${code}\` \\|`))
    }
  })
})

/** The linter by its name, without its habit of calling home. */
const LINTER_ENV = {
  PATH: `${join(import.meta.dirname, '../../node_modules/.bin')}:${process.env.PATH}`,
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}

/** A record of every kind, owned by a tenant of its own. */
async function recordsOf(a: AppWorld) {
  a.world.answer = () => answered(410)
  a.world.work()
  const { json: tenant } = await a.ask('POST', '/v1/tenants', { body: { name: 'other' } })
  const { json: key } = await a.ask('POST', `/v1/tenants/${tenant.id}/api-keys`, { body: { scopes: TENANT_SCOPES } })
  const { json: job } = await a.ask('POST', '/v1/jobs', { key: key.key, body: { type: 'noop', callback_url: hook.url } })
  const { json: endpoint } = await a.ask('POST', '/v1/endpoints', { key: key.key, body: { url: hook.url } })
  const dead = await until('the callback is dead', async () => (await a.ask('GET', '/v1/dead-letters', { key: key.key })).json.data[0])
  return { jobs: job.id, deliveries: dead.id, endpoints: endpoint.id, tenants: tenant.id, 'api-keys': key.id } as const
}
