import { expect, it } from 'vitest'
import { diskObstacle, runDisk } from './disk.ts'
import { failuresOf } from './report.ts'

it('a full disk loses nothing acknowledged, and unusable folders, second processes and locks are refused or waited for', {
  timeout: 300_000,
}, async (context) => {
  const obstacle = diskObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: no namespace or no strace here (${obstacle})`)
  const options = { seed: 7, controls: false, errors: 0, fills: 1, images: 0, seconds: 2, limitMs: 15_000 }
  expect(failuresOf(await runDisk({ ...options, rows: 'D4,D6,D7,D9,D10' }))).toEqual([])
})
