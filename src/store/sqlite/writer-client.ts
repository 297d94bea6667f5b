/** The main thread's end of the writer: posts the work of one turn at once, and never lets more wait than it can bear. */
import type { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../ports.ts'
import type { AnswerTo } from './drive.ts'
import { errorOf, type Failure } from './failures.ts'
import type { Answer, Work } from './group-commit.ts'
import { appendWork, type Flat, readAnswers, weightOf } from './wire.ts'

/** How much may wait for the writer. */
export interface WriterLimits {
  pieces: number
  bytes: number
}

export interface WriterClient {
  write<W extends Work>(work: W): Promise<AnswerTo<W>>
  /** The last refusal by the disk or a lock, until something is written again. */
  trouble(): Failure | null
  waiting(): { pieces: number; bytes: number }
  close(): void
}

/** One transaction of the writer. */
export interface Group {
  /** Changes and claims in it, all made durable by its one fsync. */
  members: number
  /** From its begin to its commit, milliseconds. */
  ms: number
}

interface Caller {
  weight: number
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

export interface WriterEvents {
  /** Before any caller learns of a group. */
  beforeAnswers(): void
  /** A group is durable. */
  onGroup(group: Group): void
  /** Once: the writer is broken or gone, and nothing can be written any more. */
  onFatal(error: StoreUnavailable): void
}

export function writerClient(worker: Worker, limits: WriterLimits, { beforeAnswers, onGroup, onFatal }: WriterEvents): WriterClient {
  const callers = new Map<number, Caller>()
  let nextId = 1
  let bytes = 0
  let turn: Flat = []
  let trouble: Failure | null = null
  let closed = false

  worker.on('message', (message: Flat | { fatal: string }) => {
    if (!Array.isArray(message)) {
      onFatal(new StoreUnavailable('io_error', message.fatal))
      return
    }
    beforeAnswers()
    const { members, ms } = readAnswers(message, settle)
    if (ms !== null) onGroup({ members, ms })
  })
  worker.on('error', (error) => lost(error))
  worker.on('exit', () => lost(new Error('the writer thread ended')))

  function settle(id: number, answer: Answer): void {
    const caller = callers.get(id)
    if (caller === undefined) return
    callers.delete(id)
    bytes -= caller.weight
    const failure = typeof answer === 'object' && 'failed' in answer ? answer : null
    if (failure?.failed !== 'statement') trouble = failure
    if (failure === null) caller.resolve(answer)
    else caller.reject(errorOf(failure))
  }

  function lost(cause: Error): void {
    if (closed) return
    closed = true
    const failure: Failure = { failed: 'io_error', message: `the writer is gone: ${cause.message}` }
    trouble = failure
    for (const id of [...callers.keys()]) settle(id, failure)
    onFatal(new StoreUnavailable('io_error', failure.message, { cause }))
  }

  function post(): void {
    const message = turn
    turn = []
    if (message.length > 0) worker.postMessage(message)
  }

  return {
    write<W extends Work>(work: W) {
      if (closed) return Promise.reject(new StoreUnavailable('closed', 'the store is closed'))
      const weight = weightOf(work)
      if (callers.size >= limits.pieces || (bytes > 0 && bytes + weight > limits.bytes)) {
        return Promise.reject(new StoreUnavailable('overloaded', `${callers.size} changes of ${bytes} bytes wait for the disk`))
      }
      const id = nextId++
      if (turn.length === 0) setImmediate(post)
      appendWork(turn, id, work)
      bytes += weight
      return new Promise<AnswerTo<W>>((resolve, reject) => {
        callers.set(id, { weight, resolve: (answer) => resolve(answer as AnswerTo<W>), reject })
      })
    },
    trouble: () => trouble,
    waiting: () => ({ pieces: callers.size, bytes }),
    close() {
      if (closed) return
      closed = true
      post()
      worker.postMessage('close')
    },
  }
}
