import { expect, it, onTestFinished } from 'vitest'
import { runBaseline } from '../../fault/commands/baseline/baseline.ts'
import { failuresOf } from '../../fault/harness/report.ts'
import { removeFolder } from '../support/service.ts'
import { ALONE, ALONE_ON_REDIS, describeIn } from '../support/topologies.ts'

describeIn([ALONE, ALONE_ON_REDIS], 'a service', ({ redis }) => {
  const jobs = redis ? 300 : 1000

  it(`lets each of ${jobs} jobs be read right after its 202, 64 at a time, and every callback arrives once`, async () => {
    const report = await runBaseline(jobs, redis)
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOf(report)).toEqual([])
    expect(report.tally).toMatchObject({ acknowledged: jobs, callbacks: jobs, lost: 0, stuck: 0, duplicates: 0, ends: { completed: jobs } })
  })
})
