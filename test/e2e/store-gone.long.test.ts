import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { ALONE, describeIn, WITH_WORKER } from '../support/topologies.ts'

/** Each takes the database away, and gives what brings it back. */
const LOSSES: Record<string, (dataDir: string) => Promise<() => Promise<void>>> = {
  async moved(dataDir) {
    const file = join(dataDir, 'ringback.db')
    await rename(file, `${file}.aside`)
    return () => rename(`${file}.aside`, file)
  },
  async 'replaced by an older copy'(dataDir) {
    const file = join(dataDir, 'ringback.db')
    await rename(file, `${file}.aside`)
    await copyFile(`${file}.aside`, file)
    return async () => {
      await rm(file)
      await rename(`${file}.aside`, file)
    }
  },
  async 'gone with its folder'(dataDir) {
    await rename(dataDir, `${dataDir}-elsewhere`)
    return () => rename(`${dataDir}-elsewhere`, dataDir)
  },
}

describeIn([ALONE, WITH_WORKER], 'a service whose database is taken away', (topology) => {
  it('is alive but not ready meanwhile, acknowledges nothing, tells nothing wrong, and goes on once it is back', async () => {
    const { dataDir, start } = await setUp(topology)
    const { api } = await start()
    const before = await api.submit({ type: 'e2e.echo', payload: 'before' })
    const ended = await api.jobUntil(before.json.id, (job) => job.status === 'completed')

    for (const [how, take] of Object.entries(LOSSES)) {
      const bringBack = await take(dataDir)
      const refused = await api.submit({ type: 'e2e.echo', payload: 'lost' })
      expect(refused.status, how).toBe(503)
      expect(refused.json.code, how).toBe('store_unavailable')
      expect(Number(refused.headers['retry-after']), how).toBeGreaterThan(0)
      expect((await api.call('GET', '/healthz')).status, how).toBe(200)
      const ready = await api.call('GET', '/readyz')
      expect(ready.status, how).toBe(503)
      expect(ready.json.reason, how).toContain(dataDir)
      expect((await api.job(before.json.id)).json, how).toEqual(ended)

      await bringBack()
      expect((await api.call('GET', '/readyz')).status, how).toBe(200)
      const after = await api.submit({ type: 'e2e.echo', payload: how })
      expect(after.status, how).toBe(202)
      await api.jobUntil(after.json.id, (job) => job.status === 'completed')
    }
  })
})
