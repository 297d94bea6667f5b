import { expect, it, onTestFinished } from 'vitest'
import { runFirstLight } from '../fault/first-light.ts'
import { failuresOf } from '../fault/report.ts'
import { removeFolder } from '../support/service.ts'

it('1,000 jobs at 64 at a time: each can be read right after its 202, and every callback arrives once', async () => {
  const report = await runFirstLight(1000)
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report.tally).toMatchObject({ acknowledged: 1000, callbacks: 1000, lost: 0, stuck: 0, duplicates: 0, ends: { completed: 1000 } })
})
