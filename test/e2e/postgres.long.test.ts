/** Processes that share a PostgreSQL database and a Redis, and no folder: two answer requests, two work. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { E2E_HANDLERS, ownReceiver } from '../support/e2e.ts'
import type { Role } from '../support/installation.ts'
import { skipsWithoutPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { skipsWithoutRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { launch, removeFolder, type Service, type ServiceOptions, startService, tempFolder } from '../support/service.ts'

const PUBLIC_URL = 'http://ringback.test'
const MASTER_KEY = 'a-master-key-for-tests-0123456789abcdef'
const skips = skipsWithoutPostgres('processes on PostgreSQL') || skipsWithoutRedis('processes on PostgreSQL')

describe.skipIf(skips)('two APIs and two workers on PostgreSQL', () => {
  let folder: string
  let server: TestPostgres
  let redis: TestRedis
  let url: string
  const apis: Service[] = []
  const workers: Service[] = []

  const optionsOf = (role: Role, env: Record<string, string> = {}): ServiceOptions => {
    const shared = { DATABASE_URL: url, REDIS_URL: redis.url, PUBLIC_URL, MASTER_KEY, SHUTDOWN_TIMEOUT: '2s', LOG_LEVEL: 'warn' }
    return { dataDir: join(folder, 'data'), handlersDir: E2E_HANDLERS, env: { ...shared, ROLE: role, ...env } }
  }

  beforeAll(async () => {
    folder = await tempFolder()
    server = await startPostgres({ fsync: 'on' })
    redis = await startRedis()
    url = await server.database()
    const roles: Role[] = ['api', 'api', 'worker', 'worker']
    const [one, other, ...rest] = await Promise.all(roles.map((role) => startService(optionsOf(role))))
    if (one === undefined || other === undefined) throw new Error('nothing was started')
    apis.push(one, other)
    workers.push(...rest)
  })

  afterAll(async () => {
    for (const service of [...apis, ...workers]) await service.kill()
    await redis?.close()
    await server?.close()
    await removeFolder(folder)
  })

  /** The two that answer requests. */
  const both = () => {
    const [one, other] = apis
    if (one === undefined || other === undefined) throw new Error('asked for the processes before they have started')
    return [one.api, other.api] as const
  }

  /** A job that runs until its file is there, submitted to the first. */
  async function runningGate(name: string, more: object = {}): Promise<{ id: string; open: string }> {
    const open = join(folder, name)
    const { id } = (await both()[0].submit({ type: 'e2e.gate', payload: { open }, ...more })).json
    await both()[0].jobUntil(id, (job) => job.status === 'running')
    return { id, open }
  }

  it('are one service: what is submitted to one is read from the other, worked on and called back, and nobody has a folder', async () => {
    const [one, other] = both()
    const receiver = await ownReceiver()
    const answer = await one.submit({ type: 'e2e.echo', payload: 'across', callback_url: receiver.url('/hooks') })
    expect(answer.status).toBe(202)
    expect(answer.json.status_url).toBe(`${PUBLIC_URL}/v1/jobs/${answer.json.id}`)
    expect((await other.job(answer.json.id)).status).toBe(200)
    const job = await other.jobUntil(answer.json.id, (each) => each.callback.status === 'delivered')
    expect(job).toMatchObject({ status: 'completed', result: 'across', attempt: 1, callback: { attempts: 1 } })
    expect(receiver.hits).toHaveLength(1)
    const secrets = await Promise.all([one, other].map((api) => api.call('GET', '/v1/signing-secret')))
    expect(secrets[0]?.json.secret).toMatch(/^whsec_/)
    expect(secrets[1]?.json).toEqual(secrets[0]?.json)
    const feed = await other.call('GET', '/v1/events')
    expect(feed.json.data.map((event: { data: { id: string } }) => event.data.id)).toContain(answer.json.id)
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('name the server, what it was asked for, and every process', async () => {
    const ready = await both()[0].call('GET', '/readyz')
    const asserted = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', encoding: 'UTF8' }
    expect(ready.json.store).toMatchObject({ ok: true, details: { postgres: expect.stringMatching(/^\d+/), ...asserted } })
    expect(ready.json.queue.details.workers).toBe(2)
    const processes = await both()[1].call('GET', '/v1/workers')
    expect(processes.json.data.map(({ role }: { role: string }) => role).sort()).toEqual(['api', 'api', 'worker', 'worker'])
  })

  it('answer who waits at one of them when a job ends that was submitted to the other', async () => {
    const [, other] = both()
    const { id, open } = await runningGate('open-wait')
    const waiting = other.call('GET', `/v1/jobs/${id}?wait=60`)
    await writeFile(open, '')
    expect((await waiting).json).toMatchObject({ id, status: 'completed' })
  })

  it('cancel a job that another process runs, from either', async () => {
    const [, other] = both()
    const { id } = await runningGate('open-cancel')
    expect((await other.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(202)
    expect(await both()[0].jobUntil(id, (job) => job.status === 'canceled')).toMatchObject({ attempt: 1 })
    const pending = (await other.submit({ type: 'e2e.echo', payload: 1, run_at: '2999-01-01T00:00:00.000Z' })).json.id
    expect((await both()[0].call('POST', `/v1/jobs/${pending}/cancel`)).json.status).toBe('canceled')
  })

  it('give one job to twins with one Idempotency-Key, wherever they are sent', async () => {
    const twins = both().map((api) => api.submit({ type: 'e2e.echo', payload: 1 }, { 'idempotency-key': 'twin' }))
    const [first, second] = await Promise.all(twins)
    expect([first?.status, second?.status]).toEqual([202, 202])
    expect(second?.json.id).toBe(first?.json.id)
  })

  it('open nothing with a key that was revoked at another, as soon as that has told them', async () => {
    const [one, other] = both()
    const made = (await one.call('POST', '/v1/tenants/tnt_default/api-keys', { body: { scopes: ['jobs:read'] } })).json
    const headers = { authorization: `Bearer ${made.key}` }
    expect((await other.call('GET', '/v1/jobs', { headers })).status).toBe(200)
    expect((await one.call('DELETE', `/v1/api-keys/${made.id}`)).status).toBeLessThan(300)
    await expect.poll(async () => (await other.call('GET', '/v1/jobs', { headers })).status).toBe(401)
  })

  it('take back what a worker that was killed had, and do it elsewhere', async () => {
    const { id, open } = await runningGate('open-killed')
    const holder = (await both()[0].call('GET', '/v1/workers')).json.data.find((one: { running: { job_id: string }[] }) =>
      one.running.some(({ job_id }) => job_id === id),
    )
    // Its row is written every 3 s: until then nobody can tell who has it.
    const killed = workers.find(({ pid }) => pid === holder?.pid) ?? workers[0]
    await killed?.kill()
    workers.push(await startService(optionsOf('worker')))
    await writeFile(open, '')
    expect(await both()[1].jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ status: 'completed' })
  })

  it('lose nothing that was acknowledged when the server crashes, and go on by themselves', async () => {
    const receiver = await ownReceiver()
    const acknowledged: string[] = []
    let submitting = true
    const submitter = async (api: Service['api']) => {
      while (submitting) {
        const body = { type: 'e2e.echo', payload: acknowledged.length, callback_url: receiver.url('/crash'), max_attempts: 10 }
        const answer = await api.submit(body).catch(() => null)
        if (answer?.status === 202) acknowledged.push(answer.json.id)
        else if (answer !== null) expect(answer).toMatchObject({ status: 503, json: { code: 'store_unavailable' } })
      }
    }
    const submitters = Promise.all(both().flatMap((api) => [submitter(api), submitter(api)]))
    const more = async (count: number) => {
      for (const until = acknowledged.length + count; acknowledged.length < until; ) await new Promise(setImmediate)
    }
    await more(60)
    await server.kill()
    await server.start()
    await more(60)
    submitting = false
    await submitters
    for (const id of acknowledged) {
      expect(await both()[1].jobUntil(id, (job) => job.callback.status === 'delivered')).toMatchObject({ status: 'completed' })
    }
    const hits = new Set(receiver.hits.map(({ body }) => JSON.parse(body).data.id as string))
    expect(acknowledged.filter((id) => !hits.has(id))).toEqual([])
  })

  it('are looked after when the process that did so is killed', async () => {
    const [first] = apis
    const open = join(folder, 'open-keeper')
    const { id } = (await both()[1].submit({ type: 'e2e.gate', payload: { open }, max_attempts: 5 })).json
    await both()[1].jobUntil(id, (job) => job.status === 'running')
    await first?.kill()
    for (const worker of workers) await worker.kill()
    workers.push(await startService(optionsOf('worker')))
    await writeFile(open, '')
    expect(await both()[1].jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ status: 'completed' })
  })

  it('are refused with another master key, and without a public URL', async () => {
    const other = launch(optionsOf('all', { MASTER_KEY: 'another-master-key-for-tests-0123456789' }))
    expect((await other.exited).code).not.toBe(0)
    expect(other.output()).toContain('MASTER_KEY is not the key')
    const unnamed = launch(optionsOf('all', { PUBLIC_URL: '' }))
    expect((await unnamed.exited).code).not.toBe(0)
    expect(unnamed.output()).toContain('DATABASE_URL needs PUBLIC_URL')
  })
})

describe.skipIf(skipsWithoutPostgres('one process on PostgreSQL'))('one process on PostgreSQL without a Redis', () => {
  it('does everything alone, goes on after a kill, and leaves copies to pg_dump', async () => {
    const folder = await tempFolder()
    const server = await startPostgres({ fsync: 'on' })
    const url = await server.database()
    const env = { DATABASE_URL: url, PUBLIC_URL, MASTER_KEY }
    const options = { dataDir: join(folder, 'data'), handlersDir: E2E_HANDLERS, env }
    const services: Service[] = []
    try {
      services.push(await startService(options))
      const receiver = await ownReceiver()
      const open = join(folder, 'open')
      const job = { type: 'e2e.gate', payload: { open }, callback_url: receiver.url('/hooks') }
      const { id } = (await services[0]?.api.submit(job))?.json ?? {}
      await services[0]?.api.jobUntil(id, (each) => each.status === 'running')
      await services[0]?.kill()
      await writeFile(open, '')
      services.push(await startService(options))
      const done = await services[1]?.api.jobUntil(id, (each) => each.callback.status === 'delivered')
      expect(done).toMatchObject({ status: 'completed', attempt: 2 })
      expect((await services[1]?.stop())?.code).toBe(0)
    } finally {
      for (const service of services) await service.kill()
      await server.close()
      await removeFolder(folder)
    }
  })
})
