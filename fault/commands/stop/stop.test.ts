import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { harmDone, runControl, runStops } from './stop.ts'

it('the checker sees what a build repeats that ends at the signal', { timeout: 120_000 }, async () => {
  const control = await runControl(3, 2)
  onTestFinished(() => removeFolder(control.round.folder))
  expect(harmDone(control)).toBeGreaterThan(0)
})

it('orderly stops under load lose, repeat and cut nothing', { timeout: 120_000 }, async () => {
  // The second of them is told twice.
  const { round, stops, failures } = await runStops({ stops: 3, seed: 27 })
  onTestFinished(() => removeFolder(round.folder))
  expect([...failuresOf(round), ...failures]).toEqual([])
  expect(round.tally).toMatchObject({ stops: 3, stopsOnWork: 3, lost: 0, stuck: 0 })
  expect(stops.map((stop) => stop.second?.signal)).toEqual([undefined, 'SIGTERM', undefined])
})

describe.skipIf(skipsWithoutRedis('stops of a service on Redis'))('on Redis', () => {
  it('an orderly stop under load loses, repeats and cuts nothing', { timeout: 120_000 }, async () => {
    const { round, failures } = await runStops({ stops: 1, seed: 27, redis: true })
    onTestFinished(() => removeFolder(round.folder))
    expect([...failuresOf(round), ...failures]).toEqual([])
    expect(round.tally).toMatchObject({ stops: 1, stopsOnWork: 1, lost: 0, stuck: 0 })
  })
})
