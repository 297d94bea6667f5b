/** The main thread's end of the reader thread. */
import type { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Scans } from '../../driver/queries.ts'
import { errorOf } from '../file/failures.ts'
import type { ScanAnswer } from './reader-thread.ts'
import { onMessage } from './start-thread.ts'

/** Scans that may wait at a time. */
const LIMIT = 1000
/** Of them, those the thread may know of: its answers can be large, and stay in memory until this thread gets to them. */
const AHEAD = 8

/** Asks the reader thread. */
export interface ReaderClient {
  scan<Name extends keyof Scans>(name: Name, ...args: Parameters<Scans[Name]>): Promise<ReturnType<Scans[Name]>>
  close(): void
}

/** The client of a thread that runs. `onFatal` is told when the thread ends by itself; what was asked rejects. */
export function readerClient(worker: Worker, onFatal: (error: StoreUnavailable) => void): ReaderClient {
  const callers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  /** Not posted yet. */
  const waiting: object[] = []
  let nextId = 1
  let closed = false

  onMessage(worker, (answer: ScanAnswer) => {
    const next = waiting.shift()
    if (next) worker.postMessage(next)
    const caller = callers.get(answer.id)
    callers.delete(answer.id)
    if ('value' in answer) caller?.resolve(answer.value)
    else caller?.reject(errorOf(answer.failure))
  })
  worker.on('error', (error) => lost(error))
  worker.on('exit', () => lost(new Error('the reader thread ended')))

  function lost(cause: Error): void {
    const error = new StoreUnavailable(closed ? 'closed' : 'io_error', `the reader is gone: ${cause.message}`, { cause })
    for (const caller of callers.values()) caller.reject(error)
    callers.clear()
    if (!closed) onFatal(error)
    closed = true
  }

  return {
    scan<Name extends keyof Scans>(name: Name, ...args: Parameters<Scans[Name]>) {
      if (closed) return Promise.reject(new StoreUnavailable('closed', 'the store is closed'))
      if (callers.size >= LIMIT) return Promise.reject(new StoreUnavailable('overloaded', `${callers.size} reads wait`))
      const id = nextId++
      return new Promise<ReturnType<Scans[Name]>>((resolve, reject) => {
        callers.set(id, { resolve: (value) => resolve(value as ReturnType<Scans[Name]>), reject })
        if (callers.size > AHEAD) waiting.push({ id, name, args })
        else worker.postMessage({ id, name, args })
      })
    },
    close() {
      if (closed) return
      closed = true
      worker.postMessage('close')
    },
  }
}
