/** Waiting for a job with its progress shown. */
import { hasEnded, type JobDocument } from '../../../client/documents/job.ts'
import { jobPath } from '../../../client/jobs/job-state.ts'
import { persistently } from '../../../client/transport/patience.ts'
import { type Answered, ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'
import { createProgress } from '../../output/progress.ts'
import { EXIT } from '../../world/ends.ts'

/**
 * A person waits: a service that is not there is told soon. One that restarts, also between the end of a job and the look at it, is asked
 * again for so long. Milliseconds.
 */
export const BUDGET_MS = 4_000

/** The job as it is. */
export function readJob(call: Invocation, id: string): Promise<Answered<JobDocument>> {
  return ask<JobDocument>(call, { method: 'GET', path: jobPath(id) })
}

/**
 * Follows the job to its end, or for so many milliseconds: by the stream where it gets through, else by polling. Gives the last answer.
 * The first look is one request alone, so that a service which is not there is told at once.
 */
export async function follow(call: Invocation, id: string, timeoutMs: number): Promise<Answered<JobDocument>> {
  const { world, signal } = call
  const first = await readJob(call, id)
  const progress = createProgress(world)
  await progress.show(first.document)
  if (hasEnded(first.document) || timeoutMs === 0) {
    await progress.end()
    return first
  }
  const timeUp = new AbortController()
  const stop = Number.isFinite(timeoutMs) ? world.time.after(timeoutMs, () => timeUp.abort()) : () => {}
  try {
    for await (const document of call
      .client()
      .jobs.handle(id)
      .watch({ signal: AbortSignal.any([signal, timeUp.signal]) })) {
      await progress.show(document)
    }
  } catch (error) {
    if (signal.aborted || !timeUp.signal.aborted) throw error
  } finally {
    stop()
    await progress.end()
    if (signal.aborted) await call.out.words(`${id} goes on without you: ringback jobs wait ${id}`)
  }
  return persistently(world.time, { budgetMs: BUDGET_MS, signal }, () => readJob(call, id))
}

/** The exit code of a job that was waited for. */
export function exitOf({ status }: JobDocument): number {
  if (status === 'completed') return EXIT.ok
  if (status === 'failed') return EXIT.jobFailed
  return status === 'canceled' ? EXIT.canceled : EXIT.waitEnded
}
