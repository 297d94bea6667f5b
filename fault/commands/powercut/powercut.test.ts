import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { examinePowerCuts } from './examine.ts'
import { powercutFailures, runPowercutControl } from './powercut.ts'

const obstacle = process.env.CI === 'true' ? null : straceObstacle()

it('a power cut at any fsync loses nothing that was told; without an fsync at each commit it does', {
  timeout: 120_000,
}, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  const [control, report] = await Promise.all([runPowercutControl(7, 15), examinePowerCuts({ jobs: 20, starts: 2, seed: 11 })])
  onTestFinished(() => removeFolder(control.folder))
  onTestFinished(() => removeFolder(report.folder))
  expect(control.lossy).toBeGreaterThan(0)
  expect(control.wal.unsynced).toBeGreaterThan(0)
  expect(powercutFailures(report)).toEqual([])
  expect(report.acks).toBe(20)
  expect(report.images.dropped).toBeGreaterThan(50)
})
