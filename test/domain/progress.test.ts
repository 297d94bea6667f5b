import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyReport, initialProgress, MAX_STEPS, type Progress, type WorkReport } from '../../src/domain/progress.ts'

const step = (name: string, status: 'running' | 'completed' | 'failed' = 'running'): WorkReport => ({ kind: 'step', name, status })
const after = (reports: readonly WorkReport[], declared: readonly string[] = []): Progress | null =>
  reports.reduce<Progress | null>(applyReport, initialProgress(declared))

test('declared steps are pending from the start; a step nobody declared is appended', () => {
  expect(after([step('b'), step('c', 'completed')], ['a', 'b'])).toEqual({
    percent: 33,
    stage: 'c',
    message: null,
    steps: [
      { name: 'a', status: 'pending' },
      { name: 'b', status: 'running' },
      { name: 'c', status: 'completed' },
    ],
  })
})

test('the 200th place is shared by all steps that find none, and is marked', () => {
  const progress = after(Array.from({ length: 1000 }, (_, n) => step(`row ${n}`)))
  expect(progress?.steps).toHaveLength(MAX_STEPS)
  expect(progress?.steps.slice(-2)).toEqual([
    { name: 'row 198', status: 'running' },
    { name: '…', status: 'running' },
  ])
  expect(progress?.stage).toBe('row 999')
  expect(applyReport(progress, step('row 700', 'failed')).steps.at(-1)).toEqual({ name: '…', status: 'failed' })
  expect(applyReport(progress, step('row 3', 'completed')).steps[3]).toEqual({ name: 'row 3', status: 'completed' })
})

test('whatever is reported, a progress is never larger than its bounds', () => {
  const name = fc.string({ maxLength: 150 }).map((text) => text.repeat(3))
  const report = fc.oneof(
    fc.record({
      kind: fc.constant('step' as const),
      name,
      status: fc.constantFrom('running' as const, 'completed' as const, 'failed' as const),
    }),
    fc.record({
      kind: fc.constant('progress' as const),
      percent: fc.integer({ min: 0, max: 100 }),
      message: fc.option(name.map((text) => text.repeat(9))),
    }),
  )
  fc.assert(
    fc.property(fc.array(report, { maxLength: 300 }), (reports) => {
      const progress = after(reports)
      expect(progress?.steps.length ?? 0).toBeLessThanOrEqual(MAX_STEPS)
      expect(Math.max(0, ...(progress?.steps ?? []).map((one) => one.name.length))).toBeLessThanOrEqual(100)
      expect(progress?.stage?.length ?? 0).toBeLessThanOrEqual(100)
      expect(progress?.message?.length ?? 0).toBeLessThanOrEqual(1000)
    }),
    { numRuns: 40 },
  )
})
