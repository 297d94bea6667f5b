/** The thread of the reading connection for lists and large bytes. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Failure, failureOf } from './failures.ts'
import { openReader } from './open-database.ts'
import { prepareScans, type Scans } from './scans.ts'
import type { Opening } from './start-thread.ts'

export interface ReaderData {
  path: string
}

export type ScanCall = { [Name in keyof Scans]: { id: number; name: Name; args: Parameters<Scans[Name]> } }[keyof Scans]
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
  port.postMessage(answer, 'value' in answer && answer.value instanceof Uint8Array ? [answer.value.buffer as ArrayBuffer] : [])
})
port.postMessage({ opened: {} } satisfies Opening)

function answerTo({ id, name, args }: ScanCall): ScanAnswer {
  try {
    const scan = scans[name] as (...args: unknown[]) => unknown
    const value = scan(...args)
    return { id, value: value instanceof Uint8Array ? new Uint8Array(value) : value }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}
