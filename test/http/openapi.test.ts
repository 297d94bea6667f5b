/** The document that clients are generated from. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ok } from '../support/world.ts'
import { type AppWorld, appWorld } from './app-world.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document is judged here, nothing is built on it
type Document = any

const openapi = async (a: AppWorld): Promise<Document> => (await a.ask('GET', '/openapi.json', { key: null })).json

/** Every object in `node`, references followed once, with where it stands. */
function* within(document: Document, node: unknown, place = '', seen = new Set<unknown>()): Generator<{ place: string; node: Document }> {
  if (typeof node !== 'object' || node === null || seen.has(node)) return
  seen.add(node)
  yield { place, node }
  const { $ref } = node as { $ref?: unknown }
  if (typeof $ref === 'string') {
    const target = $ref.split('/').slice(1)
    yield* within(
      document,
      target.reduce((found, name) => found[name], document),
      $ref,
      seen,
    )
  }
  for (const [name, member] of Object.entries(node)) yield* within(document, member, `${place}/${name}`, seen)
}

const objectsIn = (document: Document, node: unknown) => [...within(document, node)]

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

  it('has no defaults in requests: a generator makes a member with one required', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    const bodies = Object.values<Document>(document.paths).flatMap((path) =>
      Object.values<Document>(path).map(({ requestBody }) => requestBody),
    )
    const found = bodies.flatMap((body) => objectsIn(document, body)).filter(({ node }) => Object.hasOwn(node, 'default'))
    expect(found.map(({ place }) => place)).toEqual([])
    expect(bodies.filter(Boolean).length).toBeGreaterThan(5)
  })

  it('names the enums that stand in arrays: generators make nothing good of unnamed ones', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    const found = objectsIn(document, document).filter(({ node }) => node.type === 'array' && node.items?.enum !== undefined)
    expect(found.map(({ place }) => place)).toEqual([])
    expect(document.components.schemas.CreateApiKey.properties.scopes.items).toEqual({ $ref: '#/components/schemas/Scope' })
  })

  it('leads from its paths to every component: generators prune what only a webhook names', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    const reached = new Set(objectsIn(document, document.paths).map(({ node }) => node.$ref))
    const all = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)
    expect(all.filter((name) => !reached.has(name))).toEqual([])
    const { callbacks } = document.paths['/v1/endpoints'].post
    expect(Object.keys(callbacks)).toEqual(['jobEnded', 'endpointEvent', 'alert', 'groupCompleted'])
  })

  it('has a whole example of each form of a submit, of a type that is loaded, and each is taken as it stands', async () => {
    const inputSchema = z.toJSONSchema(z.object({ film: z.string(), year: z.int().min(1888) }))
    await using a = await appWorld({ handlers: { 'film.find': () => ok }, types: { 'film.find': { inputSchema } } })
    const { examples } = (await openapi(a)).paths['/v1/jobs'].post.requestBody.content['application/json']
    expect(examples.plain.value).toEqual({ type: 'film.find', payload: { film: 'text', year: 1888 } })
    for (const [name, { value }] of Object.entries<Document>(examples)) {
      expect((await a.ask('POST', '/v1/jobs', { body: value })).status, name).toBe(202)
    }
    expect(Object.values<Document>(examples).filter(({ value }) => value.callback_url && value.callback)).toEqual([])
  })

  it('names the types of a result beside */*, so that generators do not leave it out', async () => {
    await using a = await appWorld()
    const { responses } = (await openapi(a)).paths['/v1/jobs/{id}/result'].get
    for (const status of ['200', '206']) {
      expect(Object.keys(responses[status].content), status).toEqual(['application/json', 'application/octet-stream', '*/*'])
    }
  })

  it('tells the headers of each refusal: who may ask, when to come back, how many bytes there are', async () => {
    const types = { 'film.find': {} }
    await using a = await appWorld({ handlers: { 'film.find': async () => new Promise(() => {}) }, types })
    const { paths } = await openapi(a)
    await a.ask('PATCH', '/v1/tenants/tnt_default', { body: { limits: { submits_per_minute: 1 } } })
    const { id } = (await a.ask('POST', '/v1/jobs', { body: { type: 'film.find' } })).json
    const refused = [
      ['/v1/jobs', 'get', await a.ask('GET', '/v1/jobs', { key: 'wrong' })],
      ['/v1/jobs', 'post', await a.ask('POST', '/v1/jobs', { body: { type: 'film.find' } })],
      ['/v1/jobs/{id}/result', 'get', await a.ask('GET', `/v1/jobs/${id}/result`)],
      ['/v1/jobs/{id}/result', 'get', await a.ask('GET', `/v1/jobs/${id}/result?pending=503`)],
      ['/v1/jobs/{id}/rerun', 'post', await a.ask('POST', `/v1/jobs/${id}/rerun`)],
    ] as const
    expect(refused.map(([, , { status }]) => status)).toEqual([401, 429, 409, 503, 409])
    for (const [path, method, { status, headers }] of refused) {
      const told = Object.keys(paths[path][method].responses[status].headers)
      const sent = ['www-authenticate', 'retry-after', 'ratelimit', 'ratelimit-policy'].filter((name) => headers.has(name))
      expect(sent.length, `${method} ${path} ${status}`).toBeGreaterThan(0)
      expect(told, `${method} ${path} ${status}`).toEqual(expect.arrayContaining(sent))
    }
    expect(Object.keys(paths['/v1/jobs/{id}/result'].get.responses[416].headers)).toContain('content-range')
  })

  it('lists every code with its status', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    for (const code of document.components.schemas.Problem.properties.code.enum) {
      expect(document.tags.at(-1).description).toMatch(new RegExp(`\\| \\d{3} \\| \`${code}\` \\|`))
    }
  })
})

/** The linter by its name, without its habit of calling home. */
const LINTER_ENV = {
  PATH: `${join(import.meta.dirname, '../../node_modules/.bin')}:${process.env.PATH}`,
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}
