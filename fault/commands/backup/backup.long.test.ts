import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { faultsOf } from './backup.ts'
import { runBackups } from './backup-round.ts'

describe.skipIf(skipsWithoutRedis('backups of a service on Redis'))('on Redis', () => {
  it('a backup has every job acknowledged before it began, and a service over the same Redis starts with it', {
    timeout: 300_000,
  }, async () => {
    const report = await runBackups({ jobs: 100, backups: 1, calmMs: 300, seed: 4, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(faultsOf(report)).toEqual([])
    expect(report.backups).toMatchObject([{ restored: { lost: 0, integrity: 'ok' } }])
  })
})
