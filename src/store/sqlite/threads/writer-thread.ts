/** The thread of the one writing connection: drains its port into one transaction, one fsync for all, and answers once. */
import { dirname } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { CannotOpen } from '../../folder/cannot-open.ts'
import { lockFile } from '../../folder/data-folder.ts'
import { checkpointer } from '../file/checkpoint.ts'
import { type Failure, failureOf } from '../file/failures.ts'
import { spaceReturner } from '../file/give-back.ts'
import { inPlace } from '../file/in-place.ts'
import { openWriter } from '../file/open-database.ts'
import { appendAnswer, beginAnswers, type Flat, type NumberedWork, readWork } from './codec.ts'
import { type GroupOutcome, groupCommitter } from './group-commit.ts'
import type { Opening } from './start-thread.ts'

/** Bounds how long the first of a group waits for the last. */
const GROUP_LIMIT = 1000
const BUSY_PAUSE_MS = 50
/** With the driver's own 50 ms each: a lock held for 5 s makes a group give up. */
const BUSY_TRIES = 50
/** Rest between two steps of giving space back, so that commits hardly notice. */
const SHRINK_PAUSE_MS = 25

/** What the thread is started with. */
export interface WriterData {
  path: string
  now: number
  keyId: string
}

// Each thread says so for itself: see main.ts.
process.report.excludeEnv = true
const port = parentPort
if (port === null) throw new Error('this file is run as a worker thread')

const { path, now, keyId } = workerData as WriterData
try {
  const db = openWriter(path, now, keyId)
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get())
  serve({
    commit: groupCommitter(db),
    misplaced: inPlace([path, `${path}-wal`, lockFile(dirname(path))]),
    checkpoint: checkpointer(db),
    giveBack: spaceReturner(db),
    close: () => db.close(),
  })
  port.postMessage({ opened: { sqlite: version, journal_mode: 'wal', synchronous: 'FULL' } } satisfies Opening)
} catch (error) {
  if (!(error instanceof CannotOpen)) throw error
  port.postMessage({ cannotOpen: error.message } satisfies Opening)
}

interface Connection {
  commit(group: NumberedWork['work'][]): GroupOutcome
  /** A file of the store that is no longer where it was opened. */
  misplaced(): string | null
  /** Both answer whether there was something to do. */
  checkpoint(pages?: number): boolean
  giveBack(): boolean
  close(): void
}

function serve({ commit, misplaced, checkpoint, giveBack, close }: Connection): void {
  if (port === null) return
  const waiting: NumberedWork[] = []
  let closing = false
  let pausing = false
  let busyTries = 0
  let shrinking: NodeJS.Timeout | null = null
  let broken: Failure | null = null

  port.on('message', (message: Flat | 'close') => {
    accept(message)
    if (!pausing) work()
  })

  function accept(message: Flat | 'close'): void {
    if (message === 'close') closing = true
    else waiting.push(...readWork(message))
  }

  function drainPort(): void {
    if (port === null) return
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) accept(more.message)
  }

  function work(): void {
    for (drainPort(); waiting.length > 0; drainPort()) {
      const group = waiting.splice(0, GROUP_LIMIT)
      const startedAt = performance.now()
      const refusal = broken ?? away(misplaced())
      const outcome = refusal ?? commit(group.map((one) => one.work))
      if (refusal === null && 'failed' in outcome && outcome.failed === 'busy' && ++busyTries < BUSY_TRIES) {
        waiting.unshift(...group)
        pausing = true
        setTimeout(resume, BUSY_PAUSE_MS)
        return
      }
      busyTries = 0
      answer(group, outcome, performance.now() - startedAt)
      if ('failed' in outcome && outcome.failed === 'io_error') fail(outcome)
      else if (tidy(() => checkpoint())) shrinkSoon()
    }
    if (!closing) return
    if (shrinking) clearTimeout(shrinking)
    close()
    port?.close()
  }

  /** Not the end: while this process lives its data can be read, and the operator may put the file back. */
  function away(file: string | null): Failure | null {
    if (file === null) return null
    return { failed: 'busy', message: `${file} was moved, deleted or replaced while in use: put it back, or stop the service` }
  }

  function resume(): void {
    pausing = false
    work()
  }

  function answer(group: readonly NumberedWork[], outcome: GroupOutcome, ms: number): void {
    const message = beginAnswers('failed' in outcome ? null : ms)
    group.forEach(({ id }, index) => {
      const own = 'failed' in outcome ? outcome : outcome.answers[index]
      if (own !== undefined) appendAnswer(message, id, own)
    })
    port?.postMessage(message)
  }

  /** What else the file needs. A busy or full disk puts it off; a broken one ends it all. */
  function tidy(one: () => boolean): boolean {
    try {
      return one()
    } catch (error) {
      const failure = failureOf(error)
      if (failure.failed === 'io_error') fail(failure)
      return false
    }
  }

  function shrinkSoon(): void {
    shrinking ??= setTimeout(() => {
      shrinking = null
      if (broken !== null) return
      if (tidy(giveBack)) shrinkSoon()
      // Only with the log is the end of the file cut off.
      tidy(() => checkpoint(shrinking ? undefined : 1))
    }, SHRINK_PAUSE_MS)
  }

  /** A failed write or fsync is never tried again: nobody can know what of it is on disk. */
  function fail(failure: Failure): void {
    if (broken !== null) return
    broken = failure
    port?.postMessage({ fatal: failure.message })
  }
}
