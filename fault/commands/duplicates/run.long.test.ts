import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { runDuplicates } from './duplicates.ts'

it('copies at once, replies cut and kills before the reply make one job of each request', { timeout: 300_000 }, async () => {
  const report = await runDuplicates({ keys: 1, copies: 200, cuts: 20, kills: 2, reusedKeys: 2, seed: 5 })
  onTestFinished(() => removeFolder(report.folder))
  expect(report.failures).toEqual([])
  expect(report.jobs).toBe(report.requests)
  expect(report.cuts).toBeGreaterThanOrEqual(20)
  expect(report.tally).toMatchObject({ kills: 2, killsOnWork: 2, lost: 0, stuck: 0 })
})
