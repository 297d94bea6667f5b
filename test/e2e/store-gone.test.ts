import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { setStage } from '../support/e2e.ts'

describe('a service whose database is taken away', { timeout: 30_000 }, () => {
  it.each(['moved', 'replaced by an older copy'])(
    'is alive but not ready while it is %s, tells nothing wrong, and goes on once it is back',
    async (how) => {
      const { dataDir, start } = await setStage()
      const { api } = await start()
      const before = await api.submit({ type: 'e2e.echo', payload: 'before' })
      const ended = await api.jobUntil(before.json.id, (job) => job.status === 'completed')
      const file = join(dataDir, 'ringback.db')

      await rename(file, `${file}.aside`)
      if (how !== 'moved') await copyFile(`${file}.aside`, file)
      const refused = await api.submit({ type: 'e2e.echo', payload: 'lost' })
      expect(refused.status).toBe(503)
      expect(refused.json.code).toBe('store_unavailable')
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect((await api.call('GET', '/healthz')).status).toBe(200)
      const ready = await api.call('GET', '/readyz')
      expect(ready.status).toBe(503)
      expect(ready.json.reason).toContain(file)
      expect((await api.job(before.json.id)).json).toEqual(ended)

      await rm(file, { force: true })
      await rename(`${file}.aside`, file)
      expect((await api.call('GET', '/readyz')).status).toBe(200)
      const after = await api.submit({ type: 'e2e.echo', payload: 'after' })
      expect(after.status).toBe(202)
      await api.jobUntil(after.json.id, (job) => job.status === 'completed')
    },
  )

  it('acknowledges nothing any more when its whole folder is gone', async () => {
    const { dataDir, start } = await setStage()
    const { api } = await start()
    const { id } = (await api.submit({ type: 'e2e.echo', payload: 'kept' })).json
    const ended = await api.jobUntil(id, (job) => job.status === 'completed')
    await rename(dataDir, `${dataDir}-elsewhere`)
    expect((await api.submit({ type: 'e2e.echo' })).status).toBe(503)
    expect((await api.call('GET', '/readyz')).status).toBe(503)
    expect((await api.job(id)).json).toEqual(ended)
    await rename(`${dataDir}-elsewhere`, dataDir)
    expect((await api.submit({ type: 'e2e.echo' })).status).toBe(202)
  })
})
