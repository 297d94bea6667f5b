import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { JobType as JobTypeDocument } from '../../src/wire/schemas/job-type.ts'
import { ok } from '../support/world.ts'
import { appWorld, refusal } from './app-world.ts'

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['file', 'next'],
  properties: { file: { type: 'string' }, next: { $ref: '#/$defs/node' } },
  $defs: { node: { type: 'object', properties: { again: { $ref: '#' } } } },
}
const TYPES = {
  handlers: { 'report.make': () => ok, 'mail.send': () => ok },
  types: {
    'report.make': { inputSchema: schema, timeoutMs: 5_000, steps: ['read', 'write'], source: '/srv/handlers/report.ts' },
    'mail.send': { source: 'https://user:secret@mail.internal/send?token=secret', upstream: 'https://mail.internal' },
  },
}

describe('GET /v1/job-types', () => {
  it('tells any valid key what can be submitted, by name, a page at a time', async () => {
    await using a = await appWorld(TYPES)
    const key = await a.tenantKey({ scopes: ['callbacks:read'] })
    const first = await a.ask('GET', '/v1/job-types?limit=1', { key })
    expect(first.json).toMatchObject({
      data: [{ type: 'mail.send', input_schema: null, timeout_seconds: 600, max_attempts: 3 }],
      has_more: true,
    })
    const link = /^<http:\/\/ringback\.test(\/.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await a.ask('GET', link, { key })
    expect(JobTypeDocument.strict().parse(second.json.data[0])).toEqual(second.json.data[0])
    expect(second.json).toMatchObject({
      data: [{ type: 'report.make', input_schema: schema, timeout_seconds: 5, steps: ['read', 'write'], concurrency: null }],
      has_more: false,
    })
    expect(`${first.text}${second.text}`).not.toMatch(/secret|internal|srv/)
    expect((await a.ask('GET', '/v1/job-types', { key: null })).status).toBe(401)
  })

  it('shows the operator where a type comes from, without what may be secret in a URL', async () => {
    await using a = await appWorld(TYPES)
    const { json, text } = await a.ask('GET', '/v1/job-types')
    expect(json.data.map(({ source }: { source: string }) => source)).toEqual(['https://mail.internal/send', '/srv/handlers/report.ts'])
    expect(text).not.toContain('secret')
  })
})

describe('/openapi.json', () => {
  it('tells payloads by type to a request with a key alone, in a document that tools accept', { timeout: 60_000 }, async () => {
    await using a = await appWorld(TYPES)
    expect((await a.ask('GET', '/openapi.json', { key: null })).text).not.toContain('Payload.report.make')
    expect(refusal(await a.ask('GET', '/openapi.json', { key: 'rbk_unknown' }))).toMatchObject({ status: 401 })
    const { json, headers } = await a.ask('GET', '/openapi.json', { key: await a.tenantKey({ scopes: ['jobs:read'] }) })
    expect(headers.get('cache-control')).toContain('private')
    const media = json.paths['/v1/jobs'].post.requestBody.content['application/json']
    expect(media.schema.oneOf).toContainEqual({ $ref: '#/components/schemas/SubmitJob.report.make' })
    expect(media.schema.discriminator.mapping['mail.send']).toBe('#/components/schemas/SubmitJob.mail.send')
    expect(media.examples['report.make'].value).toMatchObject({ type: 'report.make', payload: { file: expect.any(String) } })
    const payload = json.components.schemas['Payload.report.make']
    expect(payload.properties.next.$ref).toBe('#/components/schemas/Payload.report.make/$defs/node')
    expect(payload.$defs.node.properties.again.$ref).toBe('#/components/schemas/Payload.report.make')
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'))
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(json))
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    await promisify(execFile)('redocly', ['lint', 'openapi.json', '--max-problems=20'], { cwd: folder, env })
  })
})

describe('422 unknown_job_type', () => {
  it.each([
    ['report.mkae', 'report.make'],
    ['mail.sendd', 'mail.send'],
    ['something.else', null],
  ])('names the type that was probably meant by %s', async (type, meant) => {
    await using a = await appWorld(TYPES)
    const answer = await a.ask('POST', '/v1/jobs', { body: { type } })
    expect(refusal(answer)).toMatchObject({ status: 422, code: 'unknown_job_type', pointers: ['/type'] })
    if (meant === null) expect(answer.json.errors[0].detail).not.toContain('mean')
    else expect(answer.json.errors[0].detail).toContain(meant)
  })
})
