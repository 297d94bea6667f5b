import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { examinePowerCuts } from './examine.ts'
import { powercutFailures } from './powercut.ts'

const obstacle = process.env.CI === 'true' ? null : straceObstacle()

it('a power cut at any fsync loses nothing that was told', { timeout: 300_000 }, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  const report = await examinePowerCuts({ jobs: 12, starts: 1, seed: 11 })
  onTestFinished(() => removeFolder(report.folder))
  expect(powercutFailures(report)).toEqual([])
  expect(report.acks).toBe(12)
  expect(report.images.dropped).toBeGreaterThan(20)
})
