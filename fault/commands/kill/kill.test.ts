import { expect, it, onTestFinished } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { failuresOf } from '../../harness/report.ts'
import { runKills } from './kill.ts'

const KILLS = 2

it(`${KILLS} random kills lose nothing, leave nothing stuck and repeat only what was in flight`, { timeout: 300_000 }, async () => {
  const report = await runKills({ kills: KILLS, seed: 11, timeLimitMs: 120_000 })
  onTestFinished(() => removeFolder(report.folder))
  expect(failuresOf(report)).toEqual([])
  expect(report.tally).toMatchObject({ kills: KILLS, killsOnWork: KILLS, lost: 0, stuck: 0 })
})
