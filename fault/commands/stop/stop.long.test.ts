import { describe, expect, it, onTestFinished } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { runStops } from './stop.ts'

describe.skipIf(skipsWithoutRedis('stops of a service on Redis'))('on Redis', () => {
  it('an orderly stop under load loses, repeats and cuts nothing', { timeout: 300_000 }, async () => {
    const { round, failures } = await runStops({ stops: 1, seed: 27, redis: true, slackMs: 60_000 })
    onTestFinished(() => removeFolder(round.folder))
    expect([...failuresOf(round), ...failures]).toEqual([])
    expect(round.tally).toMatchObject({ stops: 1, stopsOnWork: 1, lost: 0, stuck: 0 })
  })
})
