/** The client in Python against a real service. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sign } from '../../src/client/verify.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'
import { hasPython } from './has-python.ts'

const PROGRAM = fileURLToPath(new URL('python_client.py', import.meta.url))
const PYTHONPATH = fileURLToPath(new URL('../../examples/python', import.meta.url))

describe.runIf(hasPython)('the client in Python', () => {
  const running = sharedService(ALONE)

  /** What the program prints, asked of the service or of a proxy before it. */
  async function python(what: string, given: unknown, url = running().service.url) {
    const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1', RINGBACK_URL: url, RINGBACK_API_KEY: ADMIN_KEY }
    const { stdout } = await promisify(execFile)('python3', ['-W', 'error', PROGRAM, what, JSON.stringify(given)], { env })
    return JSON.parse(stdout)
  }

  it.each([0, 20, 300, 900])('makes one job of each submit when replies are cut after %i bytes', async (bytes) => {
    const { service } = running()
    const proxy = await startCuttingProxy(service.url)
    onTestFinished(() => proxy.close())
    proxy.cutNext(2, bytes)
    const tag = `cut-${bytes}`
    const jobs = [1, 2, 3].map((n) => ({ job_type: 'e2e.echo', payload: { n, text: 'größe' }, tags: [tag] }))
    const documents: { id: string }[] = await python('submit', jobs, proxy.url)
    expect(proxy.cuts).toBe(2)
    const { data } = (await service.api.call('GET', `/v1/jobs?tag=${tag}`)).json
    expect(data.map(({ id }: { id: string }) => id).reverse()).toEqual(documents.map(({ id }) => id))

    proxy.cutNext(1, bytes)
    const ended = await python('wait', { job_id: documents[0]?.id }, proxy.url)
    expect(ended).toMatchObject({ status: 'completed', result: { n: 1, text: 'größe' } })
    expect(await python('result', documents[0]?.id)).toEqual(['{"n":1,"text":"größe"}', 'application/json'])
  })

  it('waits for the end, or as long as it is told to, and tells what is refused', async () => {
    const { folder } = running()
    const files = ['a', 'b'].map((name) => join(folder, `python-${name}`))
    const [{ id }] = await python('submit', [{ job_type: 'e2e.stages', payload: { files } }])
    expect(await python('wait', { job_id: id, timeout: 0 })).toMatchObject({ id, finished_at: null })
    const waiting = python('wait', { job_id: id })
    for (const file of files) await writeFile(file, '')
    expect(await waiting).toMatchObject({ id, status: 'completed', result: { stages: 2 } })
    const [endless] = await python('submit', [{ job_type: 'e2e.gate', payload: { open: join(folder, 'never') } }])
    expect(await python('cancel', endless.id)).toMatchObject({ id: endless.id })
    expect(await python('wait', { job_id: endless.id })).toMatchObject({ status: 'canceled' })
    expect(await python('result', endless.id)).toEqual([409, 'job_canceled', []])
    expect(await python('wait', { job_id: 'job_0' })).toEqual([404, 'not_found', []])
    expect(await python('submit', [{ job_type: 'e2e.gate', payload: {} }])).toEqual([
      422,
      'invalid_request',
      [{ pointer: '/payload/open', detail: expect.any(String) }],
    ])
  })

  it('follows the events, from the oldest and from one that it has', async () => {
    const [first, second] = await python('submit', [{ job_type: 'e2e.echo' }, { job_type: 'e2e.fail', max_attempts: 1 }])
    const event = await python('event', { job_id: first.id })
    expect(event).toMatchObject({ id: expect.stringMatching(/^evt_/), type: 'job.completed', data: { id: first.id } })
    expect(await python('event', { job_id: second.id, after: event.id })).toMatchObject({ type: 'job.failed' })
  })

  it('follows for ever once it was answered, however long the service is away; before that it tells that there is none', async () => {
    const followed = await python('away, events', { first: 1, until: 1_000 })
    expect([followed.said, followed.after >= 1_000]).toEqual(['evt_2', true])
    const { said, after } = await python('away, events', { first: 0, until: 1_000 })
    expect([said, after < 1_000]).toEqual([[0, 'network_error', []], true])
  })

  it('waits no longer than it is told to for a service that does not answer, and does not press it', async () => {
    const { said, after, asked } = await python('away, wait', { first: 0, until: 1_000 })
    expect([said, after]).toEqual([[0, 'network_error', []], 5])
    expect(asked).toBeLessThan(10)
  })

  it('verifies a callback of the service, and refuses what is forged, changed, old or not signed', async () => {
    const { service, receiver } = running()
    const { secret } = (await service.api.call('GET', '/v1/signing-secret')).json
    await service.api.submit({ type: 'e2e.echo', payload: { text: 'größe' }, callback_url: receiver.url('/python') })
    const [hit] = await receiver.received(1, ({ path }) => path === '/python')
    const { body = '', headers = {} } = hit ?? {}
    const other = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`
    const now = Math.floor(Date.now() / 1000)
    const old = await sign({ id: 'evt_1', timestamp: now - 3600, body }, secret)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    expect(
      await python('verify', [
        { body, headers, secret },
        { body, headers: upper, secret: [null, other, secret] },
        { body, headers: await sign({ id: 'evt_1', timestamp: now, body }, [other, secret]), secret },
        { body, headers, secret: other },
        { body: JSON.stringify(JSON.parse(body), null, 2), headers, secret },
        { body, headers: { ...headers, 'webhook-id': 'evt_1' }, secret },
        { body, headers: old, secret },
        { body, headers: { ...headers, 'webhook-timestamp': 'now' }, secret },
        { body, headers: {}, secret },
        { body, headers, secret: 'whsec_short' },
      ]),
    ).toEqual([
      ...['job.completed', 'job.completed', 'job.completed'],
      ...['signature', 'signature', 'signature', 'timestamp', 'timestamp', 'headers', 'secret'],
    ])
  })
})
