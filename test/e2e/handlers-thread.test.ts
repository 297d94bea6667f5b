import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'

/** Of a thread: soon full. */
const HEAP_MB = 128

it.each(['throw', 'reject', 'exit', 'memory'])(
  'a handler that takes its thread down (%s) costs the jobs in it an attempt, and nothing else',
  { timeout: 30_000 },
  async (how) => {
    const { folder, receiver, start } = await setStage()
    const service = await start({ LOG_LEVEL: 'error', SHUTDOWN_TIMEOUT: '1s', NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` })
    const { api } = service
    const submit = async (type: string, payload: object) =>
      (await api.submit({ type, payload, callback_url: receiver.url(`/${type}`) })).json.id

    const bystander = await submit('e2e.gate', { open: join(folder, 'never') })
    await api.jobUntil(bystander, (job) => job.status === 'running')
    const culprit = await submit('e2e.fall', { how })
    expect(await api.jobUntil(culprit, (job) => job.callback.status === 'delivered')).toMatchObject({ status: 'completed', attempt: 2 })
    expect(await api.jobUntil(bystander, (job) => job.attempt === 2)).toMatchObject({ status: 'running', attempt: 2 })
    expect(await receiver.received(1)).toHaveLength(1)
    expect(service.output()).toContain('a handlers thread died; another is started')
    expect((await service.stop()).code).toBe(0)
  },
)
