import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { endedTooEarly, runControl } from './clock.ts'
import { fakeTimeObstacle } from './fake-time.ts'
import { runJumps, WEEK } from './jumps.ts'
import { stay } from './stays.ts'

function skipWithoutFakeTime(context: TestContext): void {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: ${obstacle}`)
}

describe('a clock that is set', { timeout: 180_000 }, () => {
  // Whether a jump meets a run that waits is a matter of luck: three rounds at most wait for it.
  it('is seen to end too early what waits for a time of day, on a build with such timers', { retry: 2 }, async (context) => {
    skipWithoutFakeTime(context)
    const control = await runControl(5, 4)
    onTestFinished(() => removeFolder(control.round.folder))
    expect(endedTooEarly(control)).toBeGreaterThan(0)
  })

  it('loses nothing, repeats nothing and fails no job, however it jumps', async (context) => {
    skipWithoutFakeTime(context)
    const { round, failures } = await runJumps({ jumps: 4, seed: 11 })
    onTestFinished(() => removeFolder(round.folder))
    expect(failures).toEqual([])
    expect(round.tally).toMatchObject({ lost: 0, stuck: 0, duplicates: 0 })
  })

  it('holds up nothing that comes after it, a week ahead or a week behind', async (context) => {
    skipWithoutFakeTime(context)
    const scenes = await Promise.all([stay(-WEEK), stay(WEEK)])
    expect(scenes.flatMap(({ faults }) => faults)).toEqual([])
  })
})
