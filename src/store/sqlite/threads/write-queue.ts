/** Work on its way to a writer elsewhere: posted a turn of the event loop at a time, answered later, bounded by `WriterLimits`. */
import { StoreUnavailable } from '../../../ports/store.ts'
import { errorOf, type Failure } from '../file/failures.ts'
import { appendWork, type Flat, readAnswers, weightOf } from './codec.ts'
import type { Answer, AnswerTo, Work } from './work.ts'

/** How much may wait for the writer. */
export interface WriterLimits {
  requests: number
  bytes: number
}

/** The works that are on their way. */
export interface WriteQueue {
  work<W extends Work>(work: W): Promise<AnswerTo<W>>
  /** Takes a message of answers; says what the group was. */
  receive(message: Flat): { members: number; ms: number | null }
  /** Everything that waits fails with this. */
  failAll(failure: Failure): void
  /** Posts what this turn has gathered now. */
  flush(): void
  /** The last refusal by the disk or a lock, until something is written again. */
  trouble(): Failure | null
  waiting(): { requests: number; bytes: number }
}

interface Caller {
  weight: number
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

/** @param post takes all the work of one turn of the event loop at once */
export function createWriteQueue(limits: WriterLimits, post: (message: Flat) => void): WriteQueue {
  const callers = new Map<number, Caller>()
  let nextId = 1
  let bytes = 0
  let turn: Flat = []
  let trouble: Failure | null = null

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

  function flush(): void {
    const message = turn
    turn = []
    if (message.length > 0) post(message)
  }

  return {
    work<W extends Work>(work: W) {
      const weight = weightOf(work)
      if (callers.size >= limits.requests || (bytes > 0 && bytes + weight > limits.bytes)) {
        return Promise.reject(new StoreUnavailable('overloaded', `${callers.size} changes of ${bytes} bytes wait for the disk`))
      }
      const id = nextId++
      if (turn.length === 0) setImmediate(flush)
      appendWork(turn, id, work)
      bytes += weight
      return new Promise<AnswerTo<W>>((resolve, reject) => {
        callers.set(id, { weight, resolve: (answer) => resolve(answer as AnswerTo<W>), reject })
      })
    },
    receive: (message) => readAnswers(message, settle),
    failAll(failure) {
      turn = []
      for (const id of [...callers.keys()]) settle(id, failure)
      trouble = failure
    },
    flush,
    trouble: () => trouble,
    waiting: () => ({ requests: callers.size, bytes }),
  }
}
