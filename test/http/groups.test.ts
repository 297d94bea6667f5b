import { describe, expect, it } from 'vitest'
import { Group, GroupEvent } from '../../src/wire/schemas/group.ts'
import { until } from '../support/clock.ts'
import { ok } from '../support/world.ts'
import { type AppWorld, appWorld, refusal } from './app-world.ts'

const submit = (a: AppWorld, ask = {}) => a.ask('POST', '/v1/jobs', { body: { type: 'noop', group: 'night/1' }, ...ask })
const PATH = '/v1/groups/night%2F1'
const read = async (a: AppWorld) => {
  const { json } = await a.ask('GET', PATH)
  expect(Group.strict().parse(json)).toEqual(json)
  return json
}
const completions = async (a: AppWorld) => (await a.ask('GET', '/v1/events?types=group.completed')).json.data

describe('a group of jobs', () => {
  it('is counted by status, and completed once, in the commit of its last end, when it is closed', async () => {
    await using a = await appWorld()
    for (let n = 0; n < 20; n += 1) expect((await submit(a)).status).toBe(202)
    expect(await read(a)).toMatchObject({ name: 'night/1', status: 'open', jobs: 20, counts: { pending: 20, running: 0, completed: 0 } })
    const closed = await a.ask('POST', `${PATH}/close`)
    expect(closed.json).toMatchObject({ status: 'closed', completed_at: null })
    expect(refusal(await submit(a))).toMatchObject({ status: 409, code: 'conflict' })
    a.world.work()
    await until('it is completed', async () => (await read(a)).status === 'completed')
    expect(await read(a)).toMatchObject({ jobs: 20, counts: { pending: 0, running: 0, completed: 20, failed: 0, canceled: 0 } })
    const [event, ...more] = await completions(a)
    expect(more).toEqual([])
    expect(event).toMatchObject({ job_id: null, type: 'group.completed', data: { name: 'night/1', counts: { completed: 20 } } })
    const { type, timestamp, data } = event
    expect(GroupEvent.parse({ type, timestamp, data }).data).toEqual(data)
  })

  it('goes to the endpoints that ask for it, with the ends of all kinds', async () => {
    await using a = await appWorld({
      handlers: { noop: (run) => (run.payload.toString() === '1' ? ok : { kind: 'failed', failure: FAILURE }) },
    })
    await a.ask('POST', '/v1/endpoints', { body: { url: 'https://partner.example/groups', events: ['group.completed'] } })
    const body = { type: 'noop', group: 'night/1' }
    const canceled = (await a.ask('POST', '/v1/jobs', { body })).json.id
    await a.ask('POST', `/v1/jobs/${canceled}/cancel`)
    await a.ask('POST', '/v1/jobs', { body: { ...body, max_attempts: 1 } })
    a.world.work()
    await until('all have ended', async () => (await read(a)).counts.pending + (await read(a)).counts.running === 0)
    expect(await completions(a)).toEqual([])
    expect((await a.ask('POST', `${PATH}/close`)).json).toMatchObject({ status: 'completed', counts: { failed: 1, canceled: 1 } })
    expect((await a.ask('POST', `${PATH}/close`)).json).toMatchObject({ status: 'completed' })
    await until('it is sent', () => a.world.sent.length === 1)
    expect(await completions(a)).toHaveLength(1)
  })

  it('completes by a cancel, too, of a job that waits in memory', async () => {
    await using a = await appWorld()
    const ids = [(await submit(a)).json.id, (await submit(a)).json.id]
    await a.ask('POST', `${PATH}/close`)
    await Promise.all(ids.map((id) => a.ask('POST', `/v1/jobs/${id}/cancel`)))
    expect(await read(a)).toMatchObject({ status: 'completed', counts: { canceled: 2 } })
    expect(await completions(a)).toHaveLength(1)
  })

  it('belongs to its tenant, and is unknown before its first job', async () => {
    await using a = await appWorld()
    await submit(a)
    const key = await a.tenantKey()
    for (const [method, path] of [
      ['GET', PATH],
      ['POST', `${PATH}/close`],
    ] as const) {
      expect((await a.ask(method, path, { key })).status).toBe(404)
    }
    expect((await a.ask('GET', '/v1/groups/unknown')).status).toBe(404)
    expect(refusal(await submit(a, { body: { type: 'noop', group: '' } }))).toMatchObject({ status: 422, pointers: ['/group'] })
  })
})

const FAILURE = { code: 'x', message: 'x', retryable: false, details: null }
