import { describe, expect, it } from 'vitest'
import { ok } from '../support/world.ts'
import { appWorld, refusal } from './app-world.ts'

const ask = { key: null }

describe('GET /healthz', () => {
  it('answers 200 without a key while the process lives', async () => {
    await using a = await appWorld()
    expect((await a.ask('GET', '/healthz', ask)).json).toEqual({ status: 'ok', version: '0.0.0-test' })
  })
})

describe('GET /readyz', () => {
  it('answers 200 with what the store says of itself', async () => {
    await using a = await appWorld()
    const answer = await a.ask('GET', '/readyz', ask)
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      status: 'ready',
      reason: null,
      store: { ok: true, details: expect.any(Object) },
      queue: { ok: true },
    })
  })

  it('answers 503 with the reason of the store or the queue', async () => {
    await using a = await appWorld()
    a.world.queue.health = async () => ({ ok: false, reason: 'the queue is away', details: {}, stats: null })
    expect(await a.ask('GET', '/readyz', ask)).toMatchObject({ status: 503, json: { status: 'not_ready', reason: 'the queue is away' } })
    a.world.store.health = async () => ({ ok: false, reason: 'the disk is full', details: {}, stats: null })
    expect(await a.ask('GET', '/readyz', ask)).toMatchObject({ status: 503, json: { reason: 'the disk is full' } })
  })

  it('answers 503 while the service stops', async () => {
    await using a = await appWorld()
    a.stop()
    expect(await a.ask('GET', '/readyz', ask)).toMatchObject({ status: 503, json: { reason: 'The service is stopping.' } })
  })
})

describe('GET /', () => {
  it('is the API page, whose files are found from there as well', async () => {
    await using a = await appWorld()
    const [root, docs] = [await a.ask('GET', '/', ask), await a.ask('GET', '/docs', ask)]
    expect(root.status).toBe(200)
    expect(root.text).toBe(docs.text)
    for (const [, file = ''] of root.text.matchAll(/(?:href|src)="([^"#]+)"/g)) {
      expect((await a.ask('GET', new URL(file, 'http://x/').pathname, ask)).status).toBe(200)
    }
  })
})

describe('GET /docs', () => {
  it('answers 200 with a page whose every file comes from here, under a policy that lets nothing else in', async () => {
    await using a = await appWorld()
    const page = await a.ask('GET', '/docs', ask)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const files = [...page.text.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, file = '']) => file)
    expect(new Set(files).size).toBe(6)
    for (const file of files) expect((await a.ask('GET', new URL(file, 'http://here/').pathname, ask)).status, file).toBe(200)
    expect(files.filter((file) => /^[a-z]+:/.test(file))).toEqual([])
  })

  it('begins with a submit to PUBLIC_URL of a type that is loaded, as text; what can be refused comes last', async () => {
    const types = { 'a<b': { inputSchema: { examples: [{ says: `</code><script>it's</script>` }] } } }
    await using a = await appWorld({ handlers: { 'a<b': () => ok }, types, settings: { publicUrl: () => 'https://jobs.example/x' } })
    const { text } = await a.ask('GET', '/docs', ask)
    const [, command = ''] = /<pre id="submit"><code>([\s\S]+?)<\/code>/.exec(text) ?? []
    expect(command).toContain('https://jobs.example/x/v1/jobs')
    expect(command).toContain('a&lt;b')
    expect(text).not.toContain('<script>it')
    const places = [
      ...['Authorise', 'Submit', 'Poll', 'Watch it live', 'From a program', 'Verify a callback'],
      ...['id="swagger-ui"', 'invalid_json'],
    ].map((word) => text.indexOf(word))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places).not.toContain(-1)
  })

  it('says what to do where no job type is loaded', async () => {
    await using a = await appWorld({ handlers: {} })
    expect((await a.ask('GET', '/docs', ask)).text).toContain('No job type is loaded')
  })

  it.each(['/docs/package.json', '/docs/..%2fpackage.json', '/docs/swagger-ui.css.map', '/docs/'])('answers 404 to %s', async (path) => {
    await using a = await appWorld()
    expect(refusal(await a.ask('GET', path, ask))).toMatchObject({ status: 404 })
  })
})

describe('elsewhere', () => {
  it.each(['/v1', '/v1/jobs/', '/v2/jobs', '/v1/jobs/job_1/other', '//v1/jobs', '/v1/jobs/..%2f..%2fhealthz'])(
    'answers 404 to %s without a key',
    async (path) => {
      await using a = await appWorld()
      const answer = await a.ask('GET', path, { key: path.includes('..') ? undefined : null } as object)
      expect(refusal(answer)).toMatchObject({ status: 404, code: 'not_found' })
    },
  )

  it('answers 405 with Allow to a method the path does not take', async () => {
    await using a = await appWorld()
    const answer = await a.ask('PUT', '/v1/jobs', ask)
    expect(refusal(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' })
    expect(answer.headers.get('allow')).toBe('GET, POST, HEAD')
    expect((await a.ask('DELETE', '/v1/jobs/job_1/cancel', ask)).headers.get('allow')).toBe('POST')
  })

  it('has no CORS', async () => {
    await using a = await appWorld()
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const answer = await a.ask('OPTIONS', '/v1/jobs', { ...ask, headers })
    expect(answer.status).toBe(405)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
