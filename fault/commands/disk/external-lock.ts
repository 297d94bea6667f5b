/** A locker holds the write lock of the database for a while: at the start, and while jobs come in. Nothing is lost by it. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../../../bench/child.ts'
import { databasePath } from '../../../src/store/folder/data-folder.ts'
import { removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import type { LockerOrder } from '../../harness/external-locker.ts'
import { machineTime } from '../../harness/history.ts'
import type { Row } from './report.ts'

const EXTERNAL_LOCKER = new URL('../../harness/external-locker.ts', import.meta.url).href
const HOLD_MS = 3_000

/** @param limitMs between the end of the lock and the answer */
export async function lockedFromOutside(limitMs: number): Promise<Row> {
  const faults: string[] = []
  const folder = await tempFolder()
  const options = { dataDir: join(folder, 'data'), handlersDir: HANDLERS }
  const lock: LockerOrder = { do: 'lock', path: databasePath(options.dataDir), ms: HOLD_MS }
  await (await startService(options)).stop()
  const locker = startChild<LockerOrder, object>(EXTERNAL_LOCKER)
  try {
    await locker.ask(lock)
    const lockedAt = machineTime()
    const service = await startService(options)
    const readyMs = machineTime() - lockedAt
    if (readyMs > HOLD_MS + limitMs) faults.push(`at the start: ready ${Math.round(readyMs)} ms after the lock began`)

    await locker.ask(lock)
    const submittedAt = machineTime()
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.api.submit({ type: 'fault.noop' })))
    const ms = machineTime() - submittedAt
    if (ms > HOLD_MS + limitMs) faults.push(`at run: answered after ${Math.round(ms)} ms`)
    for (const { status, headers, json } of answers) {
      if (status === 202) await service.api.jobUntil(json.id, (job) => job.status === 'completed')
      else if (status !== 503 || !headers['retry-after']) faults.push(`at run: a submit was answered with ${status}`)
    }
    const taken = answers.filter(({ status }) => status === 202).length
    const refused = answers.filter(({ status }) => status === 503).length
    // Whoever was neither kept waiting nor turned away has not met the lock.
    if (ms < HOLD_MS / 2 && refused === 0) faults.push(`at run: nobody met the lock: all answered within ${Math.round(ms)} ms`)
    await sleep(Math.max(0, submittedAt + HOLD_MS - machineTime()))
    const after = await service.api.submit({ type: 'fault.noop' })
    if (after.status !== 202) faults.push(`after it: a submit was answered with ${after.status}`)
    const { code } = await service.stop()
    if (code !== 0) faults.push(`stopped with ${code}`)
    return {
      id: 'D10',
      name: `a locker holds the write lock for ${HOLD_MS / 1000} s, at the start and at run`,
      cases: 2,
      faults,
      figures:
        `ready ${Math.round(Math.max(0, readyMs - HOLD_MS))} ms after it, ` +
        `${taken} of ${answers.length} submits waited for it, each done, ${refused} were answered 503; the next one was taken`,
    }
  } finally {
    locker.stop()
    await removeFolder(folder)
  }
}
