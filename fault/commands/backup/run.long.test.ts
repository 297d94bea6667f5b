import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { faultsOf } from './backup.ts'
import { runBackups } from './backup-round.ts'

it('a backup under load has every job acknowledged before it began, and a service starts with it', { timeout: 300_000 }, async () => {
  const report = await runBackups({ jobs: 200, backups: 1, calmMs: 100, seed: 3 })
  onTestFinished(() => removeFolder(report.folder))
  expect(faultsOf(report)).toEqual([])
  for (const { acknowledged, restored } of report.backups) {
    expect(acknowledged).toBeGreaterThanOrEqual(200)
    expect(restored).toMatchObject({ lost: 0, integrity: 'ok' })
  }
})
