/** The thread of the reading connection for lists and large bytes. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Scans } from '../../driver/queries.ts'
import { type Failure, failureOf } from '../file/failures.ts'
import { openReader } from '../file/open-database.ts'
import { prepareScans } from '../queries/scans.ts'
import type { Opening } from './start-thread.ts'

/** What the thread is started with. */
export interface ReaderData {
  path: string
}

/** A question to the thread. */
export type ScanCall = { [Name in keyof Scans]: { id: number; name: Name; args: Parameters<Scans[Name]> } }[keyof Scans]
/** Its answer. */
export type ScanAnswer = { id: number; value: unknown } | { id: number; failure: Failure }

// Each thread says so for itself: see main.ts.
process.report.excludeEnv = true
const port = parentPort
if (port === null) throw new Error('this file is run as a worker thread')

const db = openReader((workerData as ReaderData).path)
const scans = prepareScans(db)

port.on('message', (call: ScanCall | 'close') => {
  if (call === 'close') {
    db.close()
    port.close()
    return
  }
  const answer = answerTo(call)
  port.postMessage(answer, moved(answer))
})
port.postMessage({ opened: {} } satisfies Opening)

function answerTo({ id, name, args }: ScanCall): ScanAnswer {
  try {
    const scan = scans[name] as (...args: unknown[]) => unknown
    return { id, value: scan(...args) }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}

/** The bytes of a result have a buffer of their own, which changes hands; everything else is cloned. */
function moved(answer: ScanAnswer): ArrayBuffer[] {
  const value = 'value' in answer ? answer.value : null
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !(value.bytes instanceof Uint8Array)) return []
  return [value.bytes.buffer as ArrayBuffer]
}
