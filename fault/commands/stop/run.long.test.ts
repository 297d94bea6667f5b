import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { runStops } from './stop.ts'

it('orderly stops under load lose, repeat and cut nothing', { timeout: 300_000 }, async () => {
  // How soon they end is the command's to say: here the machine may be busy. The second of them is told twice.
  const { round, stops, failures } = await runStops({ stops: 2, seed: 27, slackMs: 60_000 })
  onTestFinished(() => removeFolder(round.folder))
  expect([...failuresOf(round), ...failures]).toEqual([])
  expect(round.tally).toMatchObject({ stops: 2, stopsOnWork: 2, lost: 0, stuck: 0 })
  expect(stops.map((stop) => stop.second?.signal)).toEqual([undefined, 'SIGTERM'])
})
