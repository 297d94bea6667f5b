import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../src/domain/progress.ts'
import { pacedReporter } from '../../src/handlers/thread/paced-progress.ts'
import { testClock } from '../support/clock.ts'

function reporter(declared: string[] = []) {
  const clock = testClock()
  const sent: Report[] = []
  const messages: Report[][] = []
  const send = (reports: Report[]): void => {
    messages.push(reports)
    sent.push(...reports)
  }
  return { clock, sent, messages, reporter: pacedReporter(send, declared, clock.monotonic, clock.after) }
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
  expect(sent.map((report) => (report.kind === 'progress' ? report.percent : report.kind === 'step' && report.name))).toEqual([
    1,
    2,
    'read',
    3,
  ])
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

test('of thousands of steps in a row the first go out at once, the others as their newest 50 ms later, in one message', async () => {
  const { clock, messages, reporter: r } = reporter(['load'])
  for (let n = 0; n < 5000; n++) {
    r.step(`row ${n % 50}`, 'running')
    r.step(`row ${n % 50}`, 'completed')
  }
  expect(messages).toHaveLength(20)
  await clock.push(50)
  expect(messages).toHaveLength(21)
  expect(messages[20]).toHaveLength(50)
  expect(messages[20]?.every((report) => report.kind === 'step' && report.status === 'completed')).toBe(true)
})

test('beyond 200 steps, the declared ones among them, the newest stands for all the others; what was too long is counted', async () => {
  const { clock, messages, sent, reporter: r } = reporter(['load', 'store'])
  for (let n = 0; n < 20; n++) r.step('load', 'running')
  for (let n = 0; n < 1000; n++) r.step(`row ${n}`, 'running')
  await clock.push(1000)
  expect(messages.at(-1)).toHaveLength(198)
  expect(messages.at(-1)?.at(-1)).toEqual({ kind: 'step', name: 'row 999', status: 'running' })
  r.step('s'.repeat(300), 'running')
  r.progress(5, 'm'.repeat(3000))
  r.end()
  expect(sent).toContainEqual({ kind: 'step', name: `${'s'.repeat(99)}…`, status: 'running' })
  expect(sent).toContainEqual({ kind: 'progress', percent: 5, message: `${'m'.repeat(999)}…` })
  expect(sent.filter(({ kind }) => kind === 'cut')).toEqual([
    { kind: 'cut', what: 'steps', count: 804 },
    { kind: 'cut', what: 'step_name', count: 1 },
    { kind: 'cut', what: 'message', count: 1 },
  ])
})
