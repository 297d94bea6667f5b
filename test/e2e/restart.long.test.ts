import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'
import type { Service } from '../support/service.ts'
import { ALONE, ALONE_ON_REDIS, describeIn, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, ALONE_ON_REDIS], 'a killed service', (topology) => {
  it('has spent an attempt of every job it ran; one without attempts left fails with worker_lost', async () => {
    const { folder, receiver, start } = await setUp(topology)
    const open = join(folder, 'open')
    const kills = topology.redis ? 1 : 3
    const env = { JOB_MAX_ATTEMPTS: String(kills + 1) }
    let service = await start(env)
    const job = { type: 'e2e.gate', payload: { open }, callback_url: receiver.url('/hooks') }
    const limits = Array.from({ length: kills + 1 }, (_, index) => index + 1)
    const ids = await Promise.all(limits.map((max_attempts) => submit(service, { ...job, max_attempts })))

    for (let killed = 0; killed <= kills; killed += 1) {
      for (const [index, id] of ids.entries()) {
        const limit = index + 1
        const wasTaken = (each: { status: string; attempt: number }) => each.attempt > killed || each.status === 'failed'
        const document = await service.api.jobUntil(id, wasTaken)
        if (killed < limit) expect(document).toMatchObject({ status: 'running', attempt: killed + 1 })
        else expect(document).toMatchObject({ status: 'failed', attempt: limit, error: { code: 'worker_lost' } })
      }
      if (killed === kills) break
      await service.kill()
      service = await start(env)
    }

    await writeFile(open, '')
    const last = await service.api.jobUntil(ids[kills] ?? '', (each) => each.status === 'completed')
    expect(last).toMatchObject({ attempt: kills + 1, result: { attempt: kills + 1 } })
    const hits = (await receiver.received(kills + 1)).map((hit) => JSON.parse(hit.body))
    expect(new Set(hits.map((event) => event.data.id))).toEqual(new Set(ids))
    expect(hits.filter((event) => event.type === 'job.failed' && event.data.error.code === 'worker_lost')).toHaveLength(kills)
  })
})

describeIn([ALONE, WITH_WORKER], 'a killed service', (topology) => {
  it('takes up everything that was open: what ran, what waited, what was due later, and callbacks', async () => {
    const { folder, receiver, start, workers } = await setUp(topology)
    const first = await start({ CALLBACK_RETRY_SCHEDULE: '1s,1s,1s,1s,1s', JOB_CONCURRENCY: '1' })
    const open = join(folder, 'open')
    receiver.answer(() => ({ status: 503 }))
    const callback = receiver.url('/hooks')

    const done = await submit(first, { type: 'e2e.echo', payload: 'done', callback_url: callback })
    await receiver.received(1)
    const ran = await submit(first, { type: 'e2e.gate', payload: { open }, callback_url: callback })
    await first.api.jobUntil(ran, (job) => job.status === 'running')
    const waited = await submit(first, { type: 'e2e.echo', payload: 'waited', callback_url: callback })
    const run_at = new Date(Date.now() + 1500).toISOString()
    const later = await submit(first, { type: 'e2e.echo', payload: 'later', run_at, callback_url: callback })
    await Promise.all([first, ...workers].map((each) => each.kill()))

    receiver.answer(() => ({ status: 200 }))
    const second = await start()
    await writeFile(open, '')
    for (const id of [done, ran, waited, later]) {
      const job = await second.api.jobUntil(id, (each) => each.callback.status === 'delivered')
      expect(job.status).toBe('completed')
    }
    expect((await second.api.job(ran)).json.attempt).toBe(2)
    expect(Date.parse((await second.api.job(later)).json.started_at)).toBeGreaterThanOrEqual(Date.parse(run_at))
  })
})

describeIn([ALONE, ALONE_ON_REDIS], 'an orderly stop', (topology) => {
  it('hands a running job back without spending an attempt, exits 0, and the next start finishes it', async () => {
    const { folder, start } = await setUp(topology)
    const first = await start({ SHUTDOWN_TIMEOUT: '2s' })
    const open = join(folder, 'open')
    const id = await submit(first, { type: 'e2e.gate', payload: { open }, max_attempts: 1 })
    await first.api.jobUntil(id, (job) => job.status === 'running')
    expect((await first.stop()).code).toBe(0)

    await writeFile(open, '')
    const second = await start()
    const job = await second.api.jobUntil(id, (each) => each.status === 'completed')
    expect(job).toMatchObject({ attempt: 1, max_attempts: 1, result: { attempt: 1 } })
    expect((await second.stop()).code).toBe(0)
  })

  it('is cut short by a second signal', async () => {
    const { folder, start } = await setUp(topology)
    const service = await start()
    const id = await submit(service, { type: 'e2e.ignore-abort', payload: { open: join(folder, 'never') } })
    await service.api.jobUntil(id, (job) => job.status === 'running')

    service.signal('SIGTERM')
    // Not ready any more, or not listening: the first signal has arrived, and cannot be merged with the second.
    while ((await service.api.call('GET', '/readyz').catch(() => null))?.status === 200);
    service.signal('SIGTERM')
    // In order it would wait for the job, and end with 0.
    expect((await service.exited).code).toBe(1)
  })
})

async function submit({ api }: Service, job: object): Promise<string> {
  const answer = await api.submit(job)
  expect(answer.status).toBe(202)
  return answer.json.id
}
