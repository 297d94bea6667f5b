import { expect, it } from 'vitest'
import { judgeReport } from './case.ts'
import { diskObstacle, runDisk } from './disk.ts'

it('a failing, a full and a damaged disk lose nothing acknowledged and lead to no wrong answer; builds that do are seen', {
  timeout: 120_000,
}, async (context) => {
  const obstacle = diskObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: no namespace or no strace here (${obstacle})`)
  const report = await runDisk({ seed: 7, errors: 1, fills: 1, images: 2, seconds: 0, rows: 'D5,D6,D8', limitMs: 15_000 })
  expect(judgeReport(report)).toEqual([])
  expect(report.rows.map(({ id }) => id)).toEqual(['D5', 'D6', 'D8', 'D8'])
})

it('a control that was not seen and a row with a fault are each a breach', () => {
  const row = { id: 'D6', name: 'disk full', cases: 1, faults: [], figures: '' }
  expect(judgeReport({ controls: [{ name: 'x', seen: ['I1'] }], rows: [row] })).toEqual([])
  expect(judgeReport({ controls: [{ name: 'x', seen: [] }], rows: [{ ...row, faults: ['a fault'] }] })).toHaveLength(2)
})
