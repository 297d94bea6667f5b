import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { faultsOf, lostIn, runControl } from './backup.ts'
import { runBackups } from './backup-round.ts'

it('the judge sees that jobs are missing from a backup', { timeout: 60_000 }, async () => {
  const control = await runControl()
  onTestFinished(() => removeFolder(control.folder))
  expect(lostIn(control)).toBeGreaterThan(0)
  expect(faultsOf(control).some((fault) => fault.includes('I1'))).toBe(true)
})

it('a backup under load has every job acknowledged before it began, and a service starts with it', { timeout: 60_000 }, async () => {
  const report = await runBackups({ jobs: 500, backups: 2, calmMs: 300, seed: 3 })
  onTestFinished(() => removeFolder(report.folder))
  expect(faultsOf(report)).toEqual([])
  for (const { acknowledged, restored } of report.backups) {
    expect(acknowledged).toBeGreaterThan(500)
    expect(restored).toMatchObject({ lost: 0, integrity: 'ok' })
  }
})

describe.skipIf(skipsWithoutRedis('backups of a service on Redis'))('on Redis', () => {
  it('a backup has every job acknowledged before it began, and a service over the same Redis starts with it', {
    timeout: 60_000,
  }, async () => {
    const report = await runBackups({ jobs: 100, backups: 1, calmMs: 300, seed: 4, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(faultsOf(report)).toEqual([])
    expect(report.backups).toMatchObject([{ restored: { lost: 0, integrity: 'ok' } }])
  })
})
