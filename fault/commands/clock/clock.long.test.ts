import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { fakeTimeObstacle } from './fake-time.ts'
import { runJumps } from './jumps.ts'

it('a clock that jumps under load loses nothing, repeats nothing and fails no job', { timeout: 300_000 }, async (context) => {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: ${obstacle}`)
  const { round, failures } = await runJumps({ jumps: 4, seed: 11 })
  onTestFinished(() => removeFolder(round.folder))
  expect(failures).toEqual([])
  expect(round.tally).toMatchObject({ lost: 0, stuck: 0, duplicates: 0 })
})
