import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { runControl, runKills } from './kill.ts'

const KILLS = 6

// Whether a kill meets the gap between answer and commit is a matter of luck: three rounds at most wait for it.
it('the checker sees the jobs that a build loses which acknowledges before the commit', { timeout: 120_000, retry: 2 }, async () => {
  const control = await runControl(7, 3)
  onTestFinished(() => removeFolder(control.folder))
  expect(control.tally.lost).toBeGreaterThan(0)
  expect(failuresOf(control).some((failure) => failure.startsWith('I1'))).toBe(true)
})

it(`${KILLS} random kills lose nothing, leave nothing stuck and repeat only what was in flight`, { timeout: 180_000 }, async () => {
  const report = await runKills({ kills: KILLS, seed: 11, timeLimitMs: 120_000 })
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report.tally).toMatchObject({ kills: KILLS, killsOnWork: KILLS, lost: 0, stuck: 0 })
})

describe.skipIf(skipsWithoutRedis('kills of a service on Redis'))('on Redis', () => {
  it('a random kill loses nothing, leaves nothing stuck and repeats only what was in flight', { timeout: 60_000 }, async () => {
    const report = await runKills({ kills: 1, seed: 12, timeLimitMs: 30_000, redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOf(report)).toEqual([])
    expect(report.tally).toMatchObject({ kills: 1, killsOnWork: 1, lost: 0, stuck: 0 })
  })
})
