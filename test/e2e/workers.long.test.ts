import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ownReceiver, setUp, sharedService } from '../support/e2e.ts'
import { figuresOf, seriesOf } from '../support/figures.ts'
import type { Service } from '../support/service.ts'
import { describeIn, WITH_TWO_WORKERS } from '../support/topologies.ts'

describeIn([WITH_TWO_WORKERS], 'the API and its workers', (topology) => {
  const running = sharedService(topology, { SHUTDOWN_TIMEOUT: '2s' })

  it('answer who waits as soon as a worker has ended the job', async () => {
    const { folder, service } = running()
    const { api } = service
    const open = join(folder, 'open-waiting')
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

  it('go on when the API restarts while workers work: they wait for it, and what they did meanwhile is kept', async () => {
    const { folder, service, workers, startOne } = running()
    const { api } = service
    const receiver = await ownReceiver()
    const open = join(folder, 'open-restart')
    const callback_url = receiver.url('/hooks')
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open }, max_attempts: 1, callback_url })).json
    await api.jobUntil(id, (job) => job.status === 'running')
    expect((await service.stop()).code).toBe(0)
    await writeFile(open, '')
    for (const worker of workers) {
      const ready = await worker.api.call('GET', '/readyz')
      expect(ready.status).toBe(503)
      expect(ready.json.reason).toContain('the process that owns the data folder is away')
    }

    const second = await startOne('api')
    const job = await second.api.jobUntil(id, (each) => each.callback.status === 'delivered')
    expect(job).toMatchObject({ status: 'completed', attempt: 1, callback: { attempts: 1 } })
    expect(receiver.hits).toHaveLength(1)
    for (const worker of workers) await expect.poll(async () => (await worker.api.call('GET', '/readyz')).status).toBe(200)
  })

  it('hand the job of a worker that is stopped to another one, which goes on with the same attempt', async () => {
    const { folder, service, workers } = running()
    const open = join(folder, 'open-handed-back')
    const { id } = (await service.api.submit({ type: 'e2e.gate', payload: { open }, max_attempts: 1 })).json
    await service.api.jobUntil(id, (job) => job.status === 'running')
    const holder = await holderOf(workers)
    expect((await holder?.stop())?.code).toBe(0)

    await writeFile(open, '')
    expect(await service.api.jobUntil(id, (job) => job.status === 'completed')).toMatchObject({ attempt: 1, result: { attempt: 1 } })
  })
})

describeIn([WITH_TWO_WORKERS], 'the API and its workers', (topology) => {
  it('may be stopped at once, with no attempt spent on what ran, or the API first', async () => {
    const { folder, start, workers } = await setUp(topology)
    const first = await start({ SHUTDOWN_TIMEOUT: '2s' })
    const gate = { type: 'e2e.gate', payload: { open: join(folder, 'open') }, max_attempts: 1 }
    const { id } = (await first.api.submit(gate)).json
    await first.api.jobUntil(id, (job) => job.status === 'running')
    expect(await exitCodes([first, ...workers])).toEqual([0, 0, 0])

    const second = await start({ SHUTDOWN_TIMEOUT: '2s' })
    expect((await second.api.jobUntil(id, (job) => job.status === 'running')).attempt).toBe(1)
    expect(await exitCodes([second])).toEqual([0])
    expect(await exitCodes(workers.slice(2))).toEqual([0, 0])
  })
})

async function exitCodes(services: readonly Service[]): Promise<(number | null)[]> {
  return (await Promise.all(services.map((service) => service.stop()))).map(({ code }) => code)
}

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
