import { expect, it } from 'vitest'
import { type StreamsFigures, streamsTable, toFrame } from '../../bench/streams/figures.ts'

it('takes the time from each commit to each frame that tells it', () => {
  const commits = new Map([
    ['job_1', 100],
    ['job_2', 200],
  ])
  const frames = [
    { jobId: 'job_1', at: 103 },
    { jobId: 'job_1', at: 105 },
    { jobId: 'job_2', at: 201 },
    { jobId: 'job_3', at: 999 },
  ]
  expect(toFrame(commits, frames)).toEqual({ latency: { p50: 3, p99: 3 }, frames: 3 })
  expect(toFrame(commits, [])).toEqual({ latency: { p50: 0, p99: 0 }, frames: 0 })
})

it('prints what was measured', () => {
  const some = { p50: 1, p99: 2 }
  const figures: StreamsFigures = {
    idle: {
      streams: 8_000,
      sockets: 2_000,
      tenants: 12,
      bytesEach: 20_000.4,
      connect: { stream: some, socket: some },
      cpuAMinute: { beside: 1.5, without: 0.25 },
    },
    load: {
      watchers: 100,
      asked: 1_000,
      perSecond: 998.6,
      toFrame: { job: some, feed: some },
      frames: { job: 10, feed: 20 },
      submit: { beside: some, without: some },
    },
  }
  const text = streamsTable(figures)
  expect(text).toContain('20000 bytes each (at most 32768), 1.50 s of CPU in an idle minute (0.25 without them)')
  expect(text).toContain('999 jobs a second of 1000, 100 watchers; 10 frames of jobs, 20 of the feed')
})
