import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/shapes.ts'

/** Of a thread: soon full. */
const HEAP_MB = 128
const WAYS = ['throw', 'reject', 'exit', 'memory']

describeIn([ALONE, WITH_WORKER], 'a handler that takes its thread down', (shape) => {
  it('costs the jobs in it an attempt, and nothing else', { timeout: 60_000 }, async () => {
    const { folder, receiver, start, workers } = await setStage(shape)
    const service = await start({ LOG_LEVEL: 'error', SHUTDOWN_TIMEOUT: '1s', NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` })
    const { api } = service
    const submit = async (type: string, payload: object) =>
      (await api.submit({ type, payload, callback_url: receiver.url(`/${type}`) })).json.id

    for (const how of WAYS) {
      const open = join(folder, how)
      const bystander = await submit('e2e.gate', { open })
      await api.jobUntil(bystander, (job) => job.status === 'running')
      const culprit = await submit('e2e.fall', { how })
      const ended = await api.jobUntil(culprit, (job) => job.callback.status === 'delivered')
      expect(ended, how).toMatchObject({ status: 'completed', attempt: 2 })
      expect(await api.jobUntil(bystander, (job) => job.attempt === 2), how).toMatchObject({ status: 'running' })
      await writeFile(open, '')
      expect(await api.jobUntil(bystander, (job) => job.status === 'completed'), how).toMatchObject({ attempt: 2 })
    }

    expect(await receiver.received(2 * WAYS.length)).toHaveLength(2 * WAYS.length)
    const [worker = service] = workers
    expect(worker.output().match(/a handlers thread died; another is started/g)).toHaveLength(WAYS.length)
    expect((await worker.stop()).code).toBe(0)
  })
})
