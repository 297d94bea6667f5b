import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../support/service.ts'
import { runControl, runTwins } from './twins.ts'

it('the checker sees the jobs that a build makes twice which writes the key apart from its job', { timeout: 120_000 }, async () => {
  const control = await runControl(5)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.jobs).toBeGreaterThan(control.requests)
  expect(control.failures.some((failure) => failure.startsWith('I5'))).toBe(true)
})

it('twins, replies cut and kills before the reply make one job of each request', { timeout: 120_000 }, async () => {
  const report = await runTwins({ crowds: 2, twins: 200, cuts: 40, kills: 2, strangeKeys: 2, seed: 5 })
  onTestFinished(() => removeFolder(report.folder))
  expect(report.failures).toEqual([])
  expect(report.jobs).toBe(report.requests)
  expect(report.cuts).toBeGreaterThanOrEqual(40)
  expect(report.tally).toMatchObject({ kills: 2, killsOnWork: 2, lost: 0, stuck: 0 })
})
