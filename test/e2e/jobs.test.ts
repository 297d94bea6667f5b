/** What happens to jobs and their callbacks in the running service. One service in each topology for all of it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { ownReceiver, sharedService } from '../support/e2e.ts'
import { ALONE, describeIn, ON_POSTGRES, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, WITH_WORKER, ON_POSTGRES], 'in the running service', (topology) => {
  const running = sharedService(topology, { CALLBACK_RETRY_SCHEDULE: '50ms,50ms', CALLBACK_RETRY_JITTER: '0' })

  describe('an attempt', () => {
    it('that runs past its time fails the job with timeout, although attempts are left', async () => {
      const { folder, service } = running()
      const receiver = await ownReceiver()
      const { id } = (
        await service.api.submit({
          type: 'e2e.gate',
          payload: { open: join(folder, 'never') },
          timeout_seconds: 1,
          max_attempts: 3,
          callback_url: receiver.url('/hooks'),
        })
      ).json
      const job = await service.api.jobUntil(id, (each) => each.status === 'failed')
      expect(job).toMatchObject({ attempt: 1, max_attempts: 3, error: { code: 'timeout', retryable: false } })
      expect(Date.parse(job.finished_at) - Date.parse(job.started_at)).toBeGreaterThanOrEqual(1000)
      const [hit] = await receiver.received(1)
      expect(JSON.parse(hit?.body ?? '')).toMatchObject({ type: 'job.failed', data: { error: { code: 'timeout' } } })
    })

    it('that fails is tried again after 1 s, then after 2 s, and the third failure is the last', async () => {
      const { api } = running().service
      const receiver = await ownReceiver()
      const { id } = (await api.submit({ type: 'e2e.fail', payload: 1, max_attempts: 3, callback_url: receiver.url('/hooks') })).json

      const waiting = await api.jobUntil(id, (job) => job.status === 'pending' && job.attempt === 1)
      expect(waiting.error).toMatchObject({ code: 'out_of_paper', retryable: true })
      expect(Date.parse(waiting.next_attempt_at) - Date.parse(waiting.started_at)).toBeGreaterThanOrEqual(1000)

      const job = await api.jobUntil(id, (each) => each.status === 'failed')
      expect(job).toMatchObject({ attempt: 3, max_attempts: 3, error: { code: 'out_of_paper', message: 'attempt 3 found no paper' } })
      expect(Date.parse(job.finished_at) - Date.parse(job.started_at)).toBeGreaterThanOrEqual(3000)
      expect(await receiver.received(1)).toHaveLength(1)
    })
  })

  describe('a callback', () => {
    it('follows a 202, verifies with the reference library and announces what a GET already shows', async () => {
      const { api, url } = running().service
      const receiver = await ownReceiver()
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
      const { api } = running().service
      const receiver = await ownReceiver()
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
      const { api } = running().service
      const receiver = await ownReceiver()
      receiver.answer(() => ({ status: 410 }))

      const { id } = (await api.submit({ type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') })).json
      await api.jobUntil(id, (job) => job.callback.status === 'dead')
      const { data } = (await api.call('GET', `/v1/dead-letters?job_id=${id}`)).json
      expect(data).toMatchObject([{ job_id: id, status: 'dead', reason: 'gone', attempts: 1, last_status: 410 }])
      expect(receiver.hits).toHaveLength(1)
    })

    it('becomes a dead letter when its attempts are spent, and a replay delivers it under the same id', async () => {
      const { api } = running().service
      const receiver = await ownReceiver()
      receiver.answer(() => ({ status: 503 }))

      const { id } = (await api.submit({ type: 'e2e.echo', payload: 1, callback_url: receiver.url('/hooks') })).json
      await api.jobUntil(id, (job) => job.callback.status === 'dead')
      const deadLetters = async () => (await api.call('GET', `/v1/dead-letters?job_id=${id}`)).json.data
      const [letter] = await deadLetters()
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
      expect(await deadLetters()).toEqual([])
    })
  })

  describe('a cancel', () => {
    it('ends a pending job at once and announces it', async () => {
      const { api } = running().service
      const receiver = await ownReceiver()
      const later = new Date(Date.now() + 3_600_000).toISOString()
      const { id } = (await api.submit({ type: 'e2e.echo', payload: 1, run_at: later, callback_url: receiver.url('/hooks') })).json

      const answer = await api.call('POST', `/v1/jobs/${id}/cancel`)
      expect(answer.status).toBe(200)
      expect(answer.json).toMatchObject({ id, status: 'canceled', attempt: 0, started_at: null })
      const [hit] = await receiver.received(1)
      expect(JSON.parse(hit?.body ?? '')).toMatchObject({ type: 'job.canceled', data: { id, status: 'canceled' } })
      expect((await api.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(200)
    })

    it('stops a running handler that listens', async () => {
      const { folder, service } = running()
      const { id } = (await service.api.submit({ type: 'e2e.gate', payload: { open: join(folder, 'never') } })).json
      await service.api.jobUntil(id, (job) => job.status === 'running')

      const answer = await service.api.call('POST', `/v1/jobs/${id}/cancel`)
      expect(answer.status).toBe(202)
      expect(answer.json.cancel_requested).toBe(true)
      const ended = await service.api.jobUntil(id, (job) => job.status === 'canceled')
      expect(ended).toMatchObject({ cancel_requested: true, error: null })
    })

    it('ends the job of a handler that ignores it, and the result the handler returns later changes nothing', async () => {
      const { folder, service } = running()
      const open = join(folder, 'open-canceled')
      const { id } = (await service.api.submit({ type: 'e2e.ignore-abort', payload: { open } })).json
      await service.api.jobUntil(id, (job) => job.status === 'running')

      expect((await service.api.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(202)
      await service.api.jobUntil(id, (job) => job.status === 'canceled')

      // It may run beside the one that was canceled, and ends after it.
      const next = (await service.api.submit({ type: 'e2e.ignore-abort', payload: { open } })).json
      await writeFile(open, '')
      await service.api.jobUntil(next.id, (job) => job.status === 'completed')
      expect((await service.api.job(id)).json.status).toBe('canceled')
      expect((await service.api.call('GET', `/v1/jobs/${id}/result`)).json).toMatchObject({ status: 409, code: 'job_canceled' })
    })

    it('of a finished job is refused', async () => {
      const { api } = running().service
      const { id } = (await api.submit({ type: 'e2e.echo', payload: 1 })).json
      await api.jobUntil(id, (job) => job.status === 'completed')
      const answer = await api.call('POST', `/v1/jobs/${id}/cancel`)
      expect(answer.status).toBe(409)
      expect(answer.json.code).toBe('already_finished')
    })
  })

  it('a handler that computes does not hold up the status of any job', async () => {
    const { folder, service } = running()
    const open = join(folder, 'open-computing')
    const { id } = (await service.api.submit({ type: 'e2e.compute', payload: { open } })).json
    await service.api.jobUntil(id, (job) => job.status === 'running')
    // An answer that waited for the handler would never come: the handler waits for the file.
    for (let n = 0; n < 20; n++) expect((await service.api.job(id)).json.status).toBe('running')
    await writeFile(open, '')
    await service.api.jobUntil(id, (job) => job.status === 'completed')
  })
})
