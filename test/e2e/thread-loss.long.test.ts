import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

const WAYS = ['throw', 'reject', 'exit', 'memory']

describeIn([ALONE, WITH_WORKER], 'a handler that ends its thread', (topology) => {
  it('costs its own job an attempt, and no other job anything', async () => {
    const { folder, receiver, start, workers } = await setUp(topology)
    const service = await start({ LOG_LEVEL: 'error', SHUTDOWN_TIMEOUT: '1s', HANDLER_THREADS: '1', HANDLER_MEMORY: '128MiB' })
    const { api } = service
    const submit = async (type: string, payload: object) =>
      (await api.submit({ type, payload, callback_url: receiver.url(`/${type}`) })).json.id

    for (const how of WAYS) {
      const open = join(folder, how)
      const beside = await submit('e2e.gate', { open })
      await api.jobUntil(beside, (job) => job.status === 'running')
      const ending = await submit('e2e.lose-thread', { how })
      const ended = await api.jobUntil(ending, (job) => job.callback.status === 'delivered')
      expect(ended, how).toMatchObject({ status: 'completed', attempt: 2 })
      await writeFile(open, '')
      expect(await api.jobUntil(beside, (job) => job.status === 'completed'), how).toMatchObject({ attempt: 1, result: { attempt: 1 } })
    }

    expect(await receiver.received(2 * WAYS.length)).toHaveLength(2 * WAYS.length)
    const [worker = service] = workers
    expect(worker.output()).toContain('heap limit')
    expect((await worker.stop()).code).toBe(0)
  })
})
