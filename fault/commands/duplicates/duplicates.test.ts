import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { runControl, runDuplicates } from './duplicates.ts'

it('the checker sees the jobs that a build makes twice which writes the key apart from its job', { timeout: 120_000 }, async () => {
  const control = await runControl(5)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.jobs).toBeGreaterThan(control.requests)
  expect(control.failures.some((failure) => failure.startsWith('I5'))).toBe(true)
})

it('copies, replies cut and kills before the reply make one job of each request', { timeout: 120_000 }, async () => {
  const report = await runDuplicates({ keys: 2, copies: 200, cuts: 40, kills: 2, reusedKeys: 2, seed: 5 })
  onTestFinished(() => removeFolder(report.folder))
  expect(report.failures).toEqual([])
  expect(report.jobs).toBe(report.requests)
  expect(report.cuts).toBeGreaterThanOrEqual(40)
  expect(report.tally).toMatchObject({ kills: 2, killsOnWork: 2, lost: 0, stuck: 0 })
})

describe.skipIf(skipsWithoutRedis('copies at a service on Redis'))('on Redis', () => {
  it('copies, replies cut and a kill before the reply make one job of each request', { timeout: 120_000 }, async () => {
    const report = await runDuplicates({ keys: 1, copies: 50, cuts: 10, kills: 1, reusedKeys: 0, seed: 6, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(report.failures).toEqual([])
    expect(report.jobs).toBe(report.requests)
    expect(report.tally).toMatchObject({ kills: 1, killsOnWork: 1, lost: 0, stuck: 0 })
  })
})
