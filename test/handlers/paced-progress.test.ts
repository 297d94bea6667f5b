import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../src/domain/progress.ts'
import { pacedReporter } from '../../src/handlers/thread/paced-progress.ts'
import { testClock } from '../support/clock.ts'

function reporter() {
  const clock = testClock()
  const sent: Report[] = []
  const push = (report: Report): void => void sent.push(report)
  return { clock, sent, reporter: pacedReporter(push, clock.monotonic, clock.after) }
}

test('the first progress goes out at once, the newest of those after it 50 ms later', async () => {
  const { clock, sent, reporter: r } = reporter()
  for (let percent = 0; percent <= 50; percent++) r.progress(percent, percent === 20 ? 'twenty' : null)
  expect(sent).toEqual([{ kind: 'progress', percent: 0, message: null }])
  await clock.push(50)
  expect(sent.slice(1)).toEqual([{ kind: 'progress', percent: 50, message: 'twenty' }])
  await clock.push(1000)
  expect(sent).toHaveLength(2)
  expect(clock.pending()).toBe(0)
})

test('a step does not overtake the progress before it, and the end sends what is left, once', () => {
  const { sent, reporter: r } = reporter()
  r.progress(1, null)
  r.progress(2, null)
  r.step('read', 'running')
  r.progress(3, null)
  r.end()
  r.progress(4, null)
  r.step('late', 'running')
  r.end()
  expect(sent.map((report) => (report.kind === 'progress' ? report.percent : report.name))).toEqual([1, 2, 'read', 3])
})

test('however a handler reports, at most one progress goes out per 50 ms between steps, in order, and the last one always', async () => {
  const act = fc.oneof(fc.record({ wait: fc.integer({ min: 0, max: 120 }) }), fc.constant('progress' as const))
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const { clock, sent, reporter: r } = reporter()
      const times: number[] = []
      let percent = 0
      for (const one of acts) {
        if (one === 'progress') r.progress(++percent, null)
        else await clock.push(one.wait)
        while (times.length < sent.length) times.push(clock.monotonic())
      }
      r.end()
      const percents = sent.map((report) => (report.kind === 'progress' ? report.percent : -1))
      expect(percents).toEqual([...percents].sort((a, b) => a - b))
      expect(percents.at(-1) ?? 0).toBe(percent)
      expect(times.length).toBeLessThanOrEqual(1 + clock.monotonic() / 50)
    }),
    { numRuns: 50 },
  )
})
