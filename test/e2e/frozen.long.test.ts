import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { rawReceiver } from '../support/raw-receiver.ts'
import type { Service } from '../support/service.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

/** Longer than any lease, and than the pause between two sweeps; shorter than the deadline of a callback. */
const FREEZE_MS = 11_000

describeIn([ALONE, WITH_WORKER], 'a process that is frozen', (topology) => {
  it('keeps its folder, and everything is done once when it goes on', async () => {
    const { folder, launchSecond, receiver, start } = await setUp(topology)
    const service = await start({ CALLBACK_RETRY_SCHEDULE: '1s,1s' })
    receiver.answer(({ n }) => ({ status: n === 1 ? 503 : 200 }))
    const reached = Promise.withResolvers<() => void>()
    const slow = await rawReceiver({
      onRequest: (socket) => reached.resolve(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
    })
    onTestFinished(() => slow.close())

    const open = join(folder, 'open')
    const callback_url = receiver.url('/hooks')
    const refused = await submit(service, { type: 'e2e.echo', payload: 'refused once', callback_url })
    await receiver.received(1)
    const called = await submit(service, { type: 'e2e.echo', payload: 'called', callback_url: `http://127.0.0.1:${slow.port}/` })
    const answer = await reached.promise
    const running = await submit(service, { type: 'e2e.gate', payload: { open }, callback_url })
    await service.api.jobUntil(running, (job) => job.status === 'running')
    const run_at = new Date(Date.now() + 1_000).toISOString()
    const later = await submit(service, { type: 'e2e.echo', payload: 'later', run_at, callback_url })

    service.signal('SIGSTOP')
    answer()
    await writeFile(open, '')
    const second = launchSecond()
    expect((await second.exited).code).toBeGreaterThan(0)
    expect(second.output()).toContain(String(service.pid))
    await sleep(FREEZE_MS)
    service.signal('SIGCONT')

    for (const id of [refused, called, running, later]) {
      const job = await service.api.jobUntil(id, (each) => each.callback.status === 'delivered')
      expect(job).toMatchObject({ status: 'completed', attempt: 1, callback: { attempts: id === refused ? 2 : 1 } })
    }
    expect(slow.requests).toHaveLength(1)
    expect(receiver.hits.map((hit) => JSON.parse(hit.body).data.id).toSorted()).toEqual([refused, refused, running, later].toSorted())
  })
})

// It computes until its thread is taken away; what that costs a worker's other jobs is in handlers-thread.test.ts.
describeIn([ALONE], 'a handler that never gives its thread back', (topology) => {
  it('fails with timeout, whatever it would have returned, and costs the other jobs of the thread no attempt', async () => {
    const { folder, start } = await setUp(topology)
    const service = await start()
    const open = join(folder, 'open')
    const other = await submit(service, { type: 'e2e.gate', payload: { open }, max_attempts: 1 })
    await service.api.jobUntil(other, (job) => job.status === 'running')
    const blocking = await submit(service, { type: 'e2e.compute', payload: { open: join(folder, 'never') }, timeout_seconds: 1 })
    await writeFile(open, '')

    const job = await service.api.jobUntil(blocking, (each) => each.status === 'failed')
    expect(job).toMatchObject({ attempt: 1, error: { code: 'timeout' }, result: null })
    expect(await service.api.jobUntil(other, (each) => each.status === 'completed')).toMatchObject({
      attempt: 1,
      result: { attempt: 1 },
    })
  })
})

async function submit({ api }: Service, job: object): Promise<string> {
  const answer = await api.submit(job)
  expect(answer.status).toBe(202)
  return answer.json.id
}
