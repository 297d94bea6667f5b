import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, WITH_WORKER], 'an attempt', (shape) => {
  it('that runs past its time fails the job with timeout, although attempts are left', async () => {
    const { folder, receiver, start } = await setStage(shape)
    const { api } = await start()
    const { id } = (
      await api.submit({
        type: 'e2e.gate',
        payload: { open: join(folder, 'never') },
        timeout_seconds: 1,
        max_attempts: 3,
        callback_url: receiver.url('/hooks'),
      })
    ).json
    const job = await api.jobUntil(id, (each) => each.status === 'failed')
    expect(job).toMatchObject({ attempt: 1, max_attempts: 3, error: { code: 'timeout', retryable: false } })
    expect(Date.parse(job.finished_at) - Date.parse(job.started_at)).toBeGreaterThanOrEqual(1000)
    const [hit] = await receiver.received(1)
    expect(JSON.parse(hit?.body ?? '')).toMatchObject({ type: 'job.failed', data: { error: { code: 'timeout' } } })
  })

  it('that fails is tried again after 1 s, then after 2 s, and the third failure is the last', async () => {
    const { receiver, start } = await setStage(shape)
    const { api } = await start()
    const { id } = (await api.submit({ type: 'e2e.fail', payload: 1, max_attempts: 3, callback_url: receiver.url('/hooks') })).json

    const waiting = await api.jobUntil(id, (job) => job.status === 'pending' && job.attempt === 1)
    expect(waiting.error).toMatchObject({ code: 'out_of_paper', retryable: true })
    const wait = Date.parse(waiting.next_attempt_at) - Date.parse(waiting.started_at)
    expect(wait).toBeGreaterThanOrEqual(1000)

    const job = await api.jobUntil(id, (each) => each.status === 'failed')
    expect(job).toMatchObject({ attempt: 3, max_attempts: 3, error: { code: 'out_of_paper', message: 'attempt 3 found no paper' } })
    const took = Date.parse(job.finished_at) - Date.parse(job.started_at)
    expect(took).toBeGreaterThanOrEqual(3000)
    expect(await receiver.received(1)).toHaveLength(1)
  })
})
