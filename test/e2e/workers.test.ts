import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { figuresOf, seriesOf } from '../support/figures.ts'
import type { Service } from '../support/service.ts'
import { describeIn, WITH_TWO_WORKERS } from '../support/topologies.ts'

describeIn([WITH_TWO_WORKERS], 'the API', (shape) => {
  it('may restart while workers work: they wait for it, and what they did meanwhile is kept', async () => {
    const { folder, receiver, start, startOne, workers } = await setStage(shape)
    const first = await start()
    const open = join(folder, 'open')
    const { id } = (await first.api.submit({ type: 'e2e.gate', payload: { open }, max_attempts: 1, callback_url: receiver.url('/hooks') }))
      .json
    await first.api.jobUntil(id, (job) => job.status === 'running')
    expect((await first.stop()).code).toBe(0)
    await writeFile(open, '')
    for (const { api } of workers) {
      const ready = await api.call('GET', '/readyz')
      expect(ready.status).toBe(503)
      expect(ready.json.reason).toContain('the process that owns the data folder is away')
    }

    const second = await startOne('api')
    const job = await second.api.jobUntil(id, (each) => each.callback.status === 'delivered')
    expect(job).toMatchObject({ status: 'completed', attempt: 1, callback: { attempts: 1 } })
    expect(receiver.hits).toHaveLength(1)
    for (const { api } of workers) await expect.poll(async () => (await api.call('GET', '/readyz')).status).toBe(200)
  })

  it('answers who waits as soon as a worker has ended the job', async () => {
    const { folder, start } = await setStage(shape)
    const { api } = await start()
    const open = join(folder, 'open')
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open } })).json
    await api.jobUntil(id, (job) => job.status === 'running')
    const waiting = api.call('GET', `/v1/jobs/${id}?wait=30`)
    await heldAnswer(api)
    await writeFile(open, '')
    await api.jobUntil(id, (job) => job.status === 'completed')
    // Who hears no notice looks again every 5 s only, and has its answer after many that are asked for now.
    let asked = 0
    const ahead = async () => {
      for (; asked < 100; asked++) await api.job(id)
    }
    await Promise.race([waiting, ahead()])
    expect(asked).toBeLessThan(100)
    expect((await waiting).json.status).toBe('completed')
  })
})

describeIn([WITH_TWO_WORKERS], 'a worker', (shape) => {
  it('that is stopped hands its job back, and another one goes on with the same attempt', async () => {
    const { folder, start, workers } = await setStage(shape)
    const { api } = await start({ SHUTDOWN_TIMEOUT: '2s' })
    const open = join(folder, 'open')
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open }, max_attempts: 1 })).json
    await api.jobUntil(id, (job) => job.status === 'running')
    const holder = await holderOf(workers)
    expect((await holder?.stop())?.code).toBe(0)

    await writeFile(open, '')
    expect(await api.jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ attempt: 1, result: { attempt: 1 } })
  })
})

/** Which of them runs something. */
async function holderOf(workers: readonly Service[]): Promise<Service | undefined> {
  for (const worker of workers) {
    const { text } = await worker.api.call('GET', '/metrics')
    if (Object.keys(seriesOf(figuresOf(text), 'ringback_jobs_running')).length > 0) return worker
  }
}

/** Settles when a request is held. */
async function heldAnswer({ call }: Service['api']): Promise<void> {
  while (figuresOf((await call('GET', '/metrics')).text).get('ringback_waiters') === 0);
}
