import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, WITH_WORKER], 'a cancel', (shape) => {
  it('ends a pending job at once and announces it', async () => {
    const { receiver, start } = await setStage(shape)
    const { api } = await start()
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
    const { folder, start } = await setStage(shape)
    const { api } = await start()
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open: join(folder, 'never') } })).json
    await api.jobUntil(id, (job) => job.status === 'running')

    const answer = await api.call('POST', `/v1/jobs/${id}/cancel`)
    expect(answer.status).toBe(202)
    expect(answer.json.cancel_requested).toBe(true)
    const ended = await api.jobUntil(id, (job) => job.status === 'canceled', 5000)
    expect(ended).toMatchObject({ cancel_requested: true, error: null })
  })

  it('ends the job of a deaf handler within 5 s, and the result it brings later changes nothing', async () => {
    const { folder, start } = await setStage(shape)
    const { api } = await start()
    const open = join(folder, 'open')
    const { id } = (await api.submit({ type: 'e2e.deaf', payload: { open } })).json
    await api.jobUntil(id, (job) => job.status === 'running')

    expect((await api.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(202)
    await api.jobUntil(id, (job) => job.status === 'canceled')

    // It may run beside the one that is deaf, and ends after it.
    const next = (await api.submit({ type: 'e2e.deaf', payload: { open } })).json
    await writeFile(open, '')
    await api.jobUntil(next.id, (job) => job.status === 'completed')
    expect((await api.job(id)).json.status).toBe('canceled')
    expect((await api.call('GET', `/v1/jobs/${id}/result`)).json).toMatchObject({ status: 409, code: 'job_canceled' })
  })

  it('of a finished job is refused', async () => {
    const { start } = await setStage(shape)
    const { api } = await start()
    const { id } = (await api.submit({ type: 'e2e.echo', payload: 1 })).json
    await api.jobUntil(id, (job) => job.status === 'completed')
    const answer = await api.call('POST', `/v1/jobs/${id}/cancel`)
    expect(answer.status).toBe(409)
    expect(answer.json.code).toBe('already_finished')
  })
})
