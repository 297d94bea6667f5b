import { expect, it } from 'vitest'
import { eachOf } from '../../harness/each-of.ts'
import { straceObstacle } from '../../harness/strace.ts'
import type { Point } from './point.ts'
import { runPoint } from './run-point.ts'

const obstacle = process.env.CI === 'true' ? null : straceObstacle()

const POINTS: Point[] = [
  { file: 'ringback.db.$$.new', call: 'link', nth: 1 },
  { file: 'ringback.db-wal', call: 'fsync', nth: 12 },
]

it('a kill at a first start and one before the fsync of a commit lose nothing and tear nothing', {
  timeout: 300_000,
}, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  await eachOf(POINTS, 2, async (point) => {
    const run = await runPoint(point, { boundMs: 60_000 })
    expect(run, `${point.call} ${point.nth} of ${point.file} was not met`).not.toBeNull()
    expect(run?.failures).toEqual([])
  })
})
