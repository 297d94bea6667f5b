import { expect, it } from 'vitest'
import { countRuns } from './count-runs.ts'

it('ten thousand jobs run once each', { timeout: 240_000 }, async () => {
  expect(await countRuns(10_000)).toEqual({ jobs: 10_000, most: 1 })
})
