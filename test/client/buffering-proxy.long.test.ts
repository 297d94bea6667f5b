/** The client behind a proxy that passes an answer on when it has ended: a stream of a job never gets through before the job's end. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { startBufferingProxy } from '../support/buffering-proxy.ts'
import { setUp } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'

async function behindProxy() {
  const { folder, start } = await setUp()
  const proxy = await startBufferingProxy((await start()).url)
  onTestFinished(() => proxy.close())
  const files = ['one', 'two', 'three'].map((name) => join(folder, name))
  const client = createClient({ url: proxy.url, key: ADMIN_KEY })
  return { proxy, files, handle: await client.jobs.submit('e2e.stages', { files }) }
}

it('watch tells every stage while the job goes on', async () => {
  const { proxy, files, handle } = await behindProxy()
  const seen: string[] = []
  for await (const { status, progress } of handle.watch()) {
    const stage = progress?.message ?? null
    if (status !== 'running' || stage === null || stage === seen.at(-1)) continue
    // The job goes on only when its stage was seen: what comes late would never come.
    await writeFile(files[seen.length] ?? '', '')
    seen.push(stage)
  }
  expect(seen).toEqual(['stage 0', 'stage 1', 'stage 2'])
  expect(handle.document).toMatchObject({ status: 'completed', result: { stages: 3 } })
  expect(proxy.asked).toContain(`GET /v1/jobs/${handle.id}/events`)
})

it('done gives the end, over a gateway that gives up too', async () => {
  const { proxy, files, handle } = await behindProxy()
  proxy.giveUpNext(1)
  const done = handle.done()
  for (const file of files) await writeFile(file, '')
  expect(await done).toMatchObject({ status: 'completed', result: { stages: 3 } })
  expect(proxy.asked.filter((each) => each.includes('wait='))).not.toHaveLength(0)
})
