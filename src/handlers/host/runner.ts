/** Main side: runs jobs in a thread of their own. */
import type { RunOutcome } from '../../domain/job.ts'
import type { Report } from '../../domain/progress.ts'
import type { Clock, Log, Run } from '../../ports.ts'
import type { FromThread, LoadedType } from '../messages.ts'
import type { LaunchOptions } from './launch-thread.ts'
import { type SupervisedThread, superviseThread } from './supervised-thread.ts'

/** A thread with an aborted run in it that is silent for so long is taken to be frozen: milliseconds. */
const FROZEN_AFTER = 5_000

export interface Runner {
  readonly types: readonly LoadedType[]
  /** As `Workshop.run`. */
  run(run: Run, signal: AbortSignal, report: (report: Report) => void): Promise<RunOutcome>
  close(): Promise<void>
}

interface RunInHand {
  run: Run
  signal: AbortSignal
  report: (report: Report) => void
  /** Whether the thread has it; a run waits while there is no thread. */
  posted: boolean
  settle(outcome: RunOutcome): void
}

/**
 * Starts the thread. A thread that dies loses its runs (`worker_lost`). One that is frozen for 5 s after the abort of
 * a run in it is replaced: aborted runs are lost, the others were innocent and are `handed_back`.
 */
export async function createRunner(options: LaunchOptions & { log: Log; clock: Clock }): Promise<Runner> {
  const { clock, log } = options
  const inHand = new Map<number, RunInHand>()
  let lastRun = 0
  let lastPing = 0
  let lastPong = 0

  const thread: SupervisedThread = await superviseThread(options, {
    receive,
    restarted() {
      for (const [id, entry] of inHand) post(id, entry)
    },
    lost(how) {
      for (const entry of [...inHand.values()].filter(({ posted }) => posted)) {
        entry.settle({ kind: how === 'died' || entry.signal.aborted ? 'worker_lost' : 'handed_back' })
      }
    },
  })

  function post(id: number, entry: RunInHand): void {
    // A copy of its own, moved: posting a view would clone the whole buffer behind it.
    const payload = new Uint8Array(entry.run.payload)
    entry.posted = thread.post({ kind: 'run', run: id, ...entry.run, payload }, [payload.buffer])
  }

  function receive(message: FromThread): void {
    switch (message.kind) {
      case 'reports': {
        const entry = inHand.get(message.run)
        for (const report of message.reports) entry?.report(report)
        return
      }
      case 'ended':
        inHand.get(message.run)?.settle(message.outcome)
        return
      case 'log': {
        const run = message.run === null ? undefined : inHand.get(message.run)?.run
        log[message.level](
          { job: run?.jobId, type: run?.type, attempt: run?.attempt, fields: message.fields ?? undefined },
          message.message,
        )
        return
      }
      case 'pong':
        lastPong = message.ping
        return
    }
  }

  /** Asks the thread for a sign of life, again and again while the aborted run is in it. */
  function probe(id: number): void {
    lastPing += 1
    const ping = lastPing
    thread.post({ kind: 'ping', ping })
    clock.after(FROZEN_AFTER, () => {
      if (!inHand.has(id)) return
      if (lastPong >= ping) probe(id)
      else thread.replace(`no sign of life for ${FROZEN_AFTER / 1000} s after a job was told to stop`)
    })
  }

  return {
    types: thread.types,
    run(run, signal, report) {
      if (signal.aborted) return Promise.resolve({ kind: 'handed_back' })
      return new Promise((resolve) => {
        lastRun += 1
        const id = lastRun
        const entry: RunInHand = {
          run,
          signal,
          report,
          posted: false,
          settle(outcome) {
            inHand.delete(id)
            signal.removeEventListener('abort', abort)
            resolve(outcome)
          },
        }
        function abort(): void {
          // What no thread has begun needs no stopping.
          if (!entry.posted) {
            entry.settle({ kind: 'handed_back' })
            return
          }
          thread.post({ kind: 'abort', run: id, reason: reasonOf(signal) })
          probe(id)
        }
        inHand.set(id, entry)
        signal.addEventListener('abort', abort)
        post(id, entry)
      })
    },
    async close() {
      await thread.close()
      for (const entry of [...inHand.values()]) entry.settle({ kind: 'handed_back' })
    },
  }
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason)
}
