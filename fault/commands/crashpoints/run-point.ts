/** One run of the scenario with one kill in it, and the verdict on what became of the work. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { databasePath } from '../../../src/store/folder/data-folder.ts'
import { removeFolder, tempFolder } from '../../../test/support/service.ts'
import { startChecker } from '../../harness/checker-process.ts'
import { machineTime } from '../../harness/history.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { failuresOf } from '../../harness/report.ts'
import { noteDeliveries, pollUntilSettled } from '../../harness/settle.ts'
import type { Tally } from '../../harness/tally.ts'
import { tornWork } from '../../harness/torn-work.ts'
import { startCrashingProcess } from './crashing-process.ts'
import { killedAt, nameOf, type Point } from './point.ts'
import { playScenario, scenarioService } from './scenario.ts'

/** Callbacks in flight at once: the default. */
const SLOTS = 256
const BOUND_MS = 10_000

export interface PointRun {
  point: Point
  tally: Tally
  /** Rows that belong to half a transaction. */
  torn: string[]
  /** All that is wrong, a line each. */
  failures: string[]
  /** Milliseconds of the start after the kill until ready. */
  readyMs: number
  /** Data and history; gone when nothing was wrong. */
  folder: string
}

interface RunOptions {
  /** Sabotage of the life that is killed. */
  preload?: readonly URL[]
  /** How long after the kill a job may still be open, milliseconds. */
  boundMs?: number
}

/** Null when the service was never killed: this run had no such point. */
export async function runPoint(point: Point, { preload = [], boundMs = BOUND_MS }: RunOptions = {}): Promise<PointRun | null> {
  const folder = await tempFolder()
  const options = scenarioService(folder)
  const { dataDir } = options
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  note({ kind: 'setup', at: machineTime(), slots: SLOTS, boundMs })
  const first = { ...options, preload: [...options.preload, ...preload], under: killedAt(point, dataDir) }
  const subject = startCrashingProcess({ first, later: options, note, caughtUp: checker.caughtUp })
  const report = (tally: Tally, torn: string[], breaches: readonly string[], readyMs: number): PointRun => {
    const failures = breaches.map((breach) => `${nameOf(point)}: ${breach}`)
    return { point, tally, torn, failures, readyMs, folder }
  }
  try {
    const jobs = await playScenario({ subject, patienceMs: boundMs, receiver: checker.url, trust: checker.trust, note })
    if (!subject.wasKilled()) {
      await subject.stop()
      if (!subject.wasKilled()) {
        await removeFolder(folder)
        return null
      }
      await subject.restart()
    }
    note({ kind: 'calm', at: machineTime() })
    const survivor = await subject.service()
    await pollUntilSettled(survivor, jobs, boundMs, note)
    await noteDeliveries(survivor.api, note)
    const { code } = await subject.stop()
    const verdict = await checker.verdict()
    const torn = tornRows(dataDir)
    const failures = failuresOf({ ...verdict, integrity: integrityOf(dataDir), exitCode: code, folder })
    if (failures.length + torn.length === 0) await removeFolder(folder)
    return report(verdict.tally, torn, [...failures, ...torn], survivor.readyMs)
  } catch (error) {
    const { tally } = await checker.verdict()
    return report(tally, [], [error instanceof Error ? error.message : String(error)], 0)
  } finally {
    await subject.end()
    checker.close()
  }
}

function tornRows(dataDir: string): string[] {
  const db = new Database(databasePath(dataDir), { readonly: true })
  try {
    return tornWork(db)
  } finally {
    db.close()
  }
}
