import { expect, it } from 'vitest'
import { fakeTimeObstacle } from './fake-time.ts'
import { WEEK } from './jumps.ts'
import { stay } from './stays.ts'

it('a clock that is set a week ahead or a week behind holds up nothing that comes after it', { timeout: 300_000 }, async (context) => {
  const obstacle = fakeTimeObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: ${obstacle}`)
  const stays = await Promise.all([stay(-WEEK), stay(WEEK)])
  expect(stays.flatMap(({ faults }) => faults)).toEqual([])
})
