import { expect, it } from 'vitest'
import { PURGE_AT_ONCE, runPurge } from '../../bench/stalls/purge.ts'

/** The retention is longer than the test, whatever the machine does, and shorter than the hour that the rows are old. */
const OLD = { rows: 9_000, retention: '10m', rounds: 1, slices: 1 }

it('a purge comes in small commits between those of clients; a build that takes all at once is seen', { timeout: 300_000 }, async () => {
  const [control, real] = await Promise.all([runPurge({ ...OLD, preload: [PURGE_AT_ONCE] }), runPurge(OLD)])
  expect(control.commits.beside.largest).toBeGreaterThan(1_000)
  expect(real.commits.beside.largest).toBeLessThanOrEqual(100)
  expect(real.purgedInRounds).toBeGreaterThan(0)
  expect(real.verdict.faults).toEqual([])
})
