import { join } from 'node:path'
import { removeFolder, tempFolder } from '../../test/support/service.ts'
import { startChecker } from '../checker-process.ts'
import { tracedForReplay } from '../powercut/replay.ts'
import { startMortal } from './mortal.ts'
import { type Point, pointsOf } from './point.ts'
import { playScenario, scenarioService } from './scenario.ts'

/** Every point of one undisturbed run of the scenario, from the first start on an empty folder to the end of an orderly stop. */
export async function listPoints(): Promise<Point[]> {
  const folder = await tempFolder()
  const options = scenarioService(folder)
  const trace = join(folder, 'trace')
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const mortal = startMortal({
    first: { ...options, under: tracedForReplay(trace) },
    later: options,
    note: checker.note,
    caughtUp: checker.caughtUp,
  })
  try {
    await playScenario({ mortal, receiver: checker.url, trust: checker.trust, note: checker.note })
    const { pid } = await mortal.service()
    await mortal.stop()
    return await pointsOf(trace, options.dataDir, pid)
  } finally {
    await mortal.end()
    checker.close()
    await removeFolder(folder)
  }
}
