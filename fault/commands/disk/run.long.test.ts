import { expect, it } from 'vitest'
import { diskObstacle, runDisk } from './disk.ts'
import { failuresOf } from './report.ts'

it('a failing and a damaged disk lose nothing acknowledged and lead to no wrong answer', { timeout: 300_000 }, async (context) => {
  const obstacle = diskObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: no namespace or no strace here (${obstacle})`)
  const options = { seed: 7, controls: false, errors: 1, fills: 0, images: 2, seconds: 0, limitMs: 15_000 }
  const report = await runDisk({ ...options, rows: 'D5,D8' })
  expect(failuresOf(report)).toEqual([])
  expect(report.rows.map(({ id }) => id)).toEqual(['D5', 'D8', 'D8'])
})
