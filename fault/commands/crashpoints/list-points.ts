import { join } from 'node:path'
import { removeFolder, tempFolder } from '../../../test/support/service.ts'
import { startChecker } from '../../harness/checker-process.ts'
import { tracedForReplay } from '../powercut/replay.ts'
import { startCrashingProcess } from './crashing-process.ts'
import { type Point, pointsOf } from './point.ts'
import { playScenario, scenarioService } from './scenario.ts'

/** Every point of one undisturbed run of the scenario, from the first start on an empty folder to the end of an orderly stop. */
export async function listPoints(): Promise<Point[]> {
  const folder = await tempFolder()
  const options = scenarioService(folder)
  const trace = join(folder, 'trace')
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const subject = startCrashingProcess({
    first: { ...options, under: tracedForReplay(trace) },
    later: options,
    note: checker.note,
    caughtUp: checker.caughtUp,
  })
  try {
    await playScenario({ subject, receiver: checker.url, trust: checker.trust, note: checker.note })
    const { pid } = await subject.service()
    await subject.stop()
    return await pointsOf(trace, options.dataDir, pid)
  } finally {
    await subject.end()
    checker.close()
    await removeFolder(folder)
  }
}
