/** The client against a real service that is killed and comes back on the same folder and port. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobHandle } from '../../src/client/index.ts'
import { setUp } from '../support/e2e.ts'
import { sparePort } from '../support/spare-port.ts'
import { countedClient, expectOneJobEach, submitNth } from './one-job.ts'

const LANES = 8
const EACH = 20
/** The service is killed when so many submits have been answered. */
const KILLS = [20, 60, 100]

it('each submit makes one job while the service is killed again and again, and each job is done', async () => {
  const { start } = await setUp()
  const env = { PORT: String(await sparePort()) }
  let service = await start(env)
  const { client, statuses } = countedClient(service.url)
  const handles: JobHandle[] = []
  let answered = 0
  let restarts = Promise.resolve()
  const countAnswer = () => {
    answered += 1
    if (!KILLS.includes(answered)) return
    // At this very moment: other submits are on their way.
    const killed = service.kill()
    restarts = restarts.then(async () => {
      await killed
      service = await start(env)
    })
  }
  const lane = async (first: number) => {
    for (let n = first; n < LANES * EACH; n += LANES) {
      handles[n] = await submitNth(client, n)
      countAnswer()
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)))
  await restarts

  expect(statuses.filter((status) => status === 0).length).toBeGreaterThanOrEqual(KILLS.length)
  await expectOneJobEach(client, handles)
  const ended = await Promise.all(handles.map((handle) => handle.done()))
  expect(ended.map(({ status, result }) => [status, result])).toEqual(handles.map((_, n) => ['completed', n]))
})

it('who waits for a job and who watches it see its end, over a kill', async () => {
  const { folder, start } = await setUp()
  const env = { PORT: String(await sparePort()) }
  const first = await start(env)
  const { client } = countedClient(first.url)
  const open = join(folder, 'open')
  const handle = await client.jobs.submit('e2e.gate', { open })
  const waiting = handle.done()
  const running = Promise.withResolvers<void>()
  const watching = (async () => {
    const attempts = new Set<number>()
    for await (const { status, attempt } of client.jobs.handle(handle.id).watch()) {
      if (status !== 'running') continue
      attempts.add(attempt)
      if (attempt === 1) running.resolve()
      else await writeFile(open, '')
    }
    return [...attempts]
  })()
  await running.promise
  await first.kill()
  await start(env)
  expect(await waiting).toMatchObject({ status: 'completed', result: { attempt: 2 } })
  expect(await watching).toEqual([1, 2])
})
