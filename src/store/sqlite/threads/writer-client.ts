/** The main thread's end of the writer thread. */
import type { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Failure } from '../file/failures.ts'
import type { Flat } from './codec.ts'
import { onMessage } from './start-thread.ts'
import { createWriteQueue, type WriteQueue, type WriterLimits } from './write-queue.ts'

/** Sends works to the writer thread. */
export interface WriterClient extends Pick<WriteQueue, 'work' | 'trouble' | 'waiting'> {
  close(): void
}

/** One transaction of the writer. */
export interface Group {
  /** Changes and claims in it, all made durable by its one fsync. */
  members: number
  /** From its begin to its commit, milliseconds. */
  ms: number
}

/** What the client tells of. */
export interface WriterEvents {
  /** Before any caller learns of a group. */
  beforeAnswers(): void
  /** A group is durable. */
  onGroup(group: Group): void
  /** Once: the writer is broken or gone, and nothing can be written any more. */
  onFatal(error: StoreUnavailable): void
}

/** The client of a thread that runs. When the thread ends by itself, `onFatal` is told and all works reject. */
export function writerClient(worker: Worker, limits: WriterLimits, { beforeAnswers, onGroup, onFatal }: WriterEvents): WriterClient {
  const queue = createWriteQueue(limits, (message) => worker.postMessage(message))
  let closed = false

  onMessage(worker, (message: Flat | { fatal: string }) => {
    if (!Array.isArray(message)) {
      onFatal(new StoreUnavailable('io_error', message.fatal))
      return
    }
    beforeAnswers()
    const { members, ms } = queue.receive(message)
    if (ms !== null) onGroup({ members, ms })
  })
  worker.on('error', (error) => lost(error))
  worker.on('exit', () => lost(new Error('the writer thread ended')))

  function lost(cause: Error): void {
    if (closed) return
    closed = true
    const failure: Failure = { failed: 'io_error', message: `the writer is gone: ${cause.message}` }
    queue.failAll(failure)
    onFatal(new StoreUnavailable('io_error', failure.message, { cause }))
  }

  return {
    work: (one) => (closed ? Promise.reject(new StoreUnavailable('closed', 'the store is closed')) : queue.work(one)),
    trouble: queue.trouble,
    waiting: queue.waiting,
    close() {
      if (closed) return
      closed = true
      queue.flush()
      worker.postMessage('close')
    },
  }
}
