import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, WITH_WORKER], 'a callback of the running service', (shape) => {
  it('follows a 202, verifies with the reference library and announces what a GET already shows', async () => {
    const { receiver, start } = await setStage(shape)
    const { api, url } = await start()
    const { secret } = (await api.call('GET', '/v1/signing-secret')).json

    const accepted = await api.submit({ type: 'e2e.echo', payload: { order: 42 }, callback_url: receiver.url('/hooks'), tags: ['first'] })
    expect(accepted.status).toBe(202)
    const { id } = accepted.json
    expect(accepted.headers.location).toBe(`${url}/v1/jobs/${id}`)
    expect(Number(accepted.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect((await api.job(id)).status).toBe(200)

    const [hit] = await receiver.received(1)
    const event = new Webhook(secret).verify(hit?.body ?? '', hit?.headers ?? {}) as { type: string; data: { id: string } }
    expect(event).toMatchObject({ type: 'job.completed', data: { id, status: 'completed', result: { order: 42 }, tags: ['first'] } })
    expect(hit?.headers).toMatchObject({ 'content-type': 'application/json', 'accept-encoding': 'identity' })
    expect(hit?.headers['user-agent']).toMatch(/^Ringback\//)
    expect((await api.job(id)).json.status).toBe('completed')

    const settled = await api.jobUntil(id, (job) => job.callback.status === 'delivered')
    expect(settled).toMatchObject({ attempt: 1, callback: { attempts: 1, last_status: 204 } })
    expect(settled.expires_at).not.toBeNull()
  })

  it('waits as long as Retry-After asks, then arrives under the same id with the same body', async () => {
    const { receiver, start } = await setStage(shape)
    const { api } = await start({ CALLBACK_RETRY_SCHEDULE: '50ms,50ms', CALLBACK_RETRY_JITTER: '0' })
    receiver.answer((hit) => (hit.n === 1 ? { status: 503, headers: { 'retry-after': '1' } } : { status: 200 }))

    await api.submit({ type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') })
    const [first, second] = await receiver.received(2)
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']))
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
  })

  it('is dead at once when the receiver is gone (410)', async () => {
    const { receiver, start } = await setStage(shape)
    const { api } = await start({ CALLBACK_RETRY_SCHEDULE: '50ms' })
    receiver.answer(() => ({ status: 410 }))

    const { id } = (await api.submit({ type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') })).json
    await api.jobUntil(id, (job) => job.callback.status === 'dead')
    const { data } = (await api.call('GET', `/v1/dead-letters?job_id=${id}`)).json
    expect(data).toMatchObject([{ job_id: id, status: 'dead', reason: 'gone', attempts: 1, last_status: 410 }])
    expect(receiver.hits).toHaveLength(1)
  })

  it('becomes a dead letter when its tries are spent, and a replay delivers it under the same id', async () => {
    const { receiver, start } = await setStage(shape)
    const { api } = await start({ CALLBACK_RETRY_SCHEDULE: '1s,1s' })
    receiver.answer(() => ({ status: 503 }))

    const { id } = (await api.submit({ type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') })).json
    await api.jobUntil(id, (job) => job.callback.status === 'dead')
    const [letter] = (await api.call('GET', '/v1/dead-letters')).json.data
    expect(letter).toMatchObject({ job_id: id, status: 'dead', reason: 'exhausted', attempts: 3, last_status: 503 })

    receiver.answer(() => ({ status: 200 }))
    expect((await api.call('POST', `/v1/deliveries/${letter.id}/replay`)).status).toBe(202)
    await api.jobUntil(id, (job) => job.callback.status === 'delivered')
    const { attempt_log: attempts } = (await api.call('GET', `/v1/deliveries/${letter.id}`)).json
    expect(attempts.map((attempt: { n: number; status: number }) => [attempt.n, attempt.status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 503],
      [4, 200],
    ])
    expect(new Set(receiver.hits.map((hit) => hit.headers['webhook-id'])).size).toBe(1)
    expect((await api.call('GET', '/v1/dead-letters')).json.data).toEqual([])
  })
})
