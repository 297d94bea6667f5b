import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutPostgres } from '../../../test/support/postgres.ts'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import type { LingeringKind } from './lingering-clients.ts'
import { runStreams } from './run.ts'
import { failuresOfStreams } from './verdict.ts'

/** A silent socket is put up with for a minute: the command waits for it. */
const QUICKEST: LingeringKind[] = ['half-closes a stream', 'half-closes a socket', 'never reads a stream', 'never reads a socket']
const SHORT = { readers: 10, jobs: 200, kills: 2, stops: 1, cuts: 4, seed: 31 }

it('readers over kills, stops and cuts miss nothing and get nothing twice; who does not read is let go of', {
  timeout: 600_000,
}, async () => {
  const report = await runStreams({ ...SHORT, lingering: QUICKEST })
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOfStreams(report)).toEqual([])
  expect(report.acknowledged).toBe(SHORT.jobs)
  expect(report.cut).toBeGreaterThan(0)
  expect(report.exitCode).toBe(0)
})

describe.skipIf(skipsWithoutRedis('live streams of a service on Redis'))('on Redis', () => {
  it('readers miss nothing and get nothing twice', { timeout: 600_000 }, async () => {
    const report = await runStreams({ ...SHORT, lingering: [], redis: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOfStreams(report)).toEqual([])
    expect(report.acknowledged).toBe(SHORT.jobs)
  })
})

describe.skipIf(skipsWithoutPostgres('live streams of a service on PostgreSQL'))('on PostgreSQL', () => {
  it('readers miss nothing and get nothing twice', { timeout: 600_000 }, async () => {
    const report = await runStreams({ ...SHORT, lingering: [], postgres: true })
    onTestFinished(() => removeFolder(report.folder))
    expect(failuresOfStreams(report)).toEqual([])
    expect(report.acknowledged).toBe(SHORT.jobs)
  })
})
