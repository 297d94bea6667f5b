/** One job in the hands of a caller. */
import type { JobDocument } from '../documents/job.ts'
import type { CallOptions } from '../transport/listing.ts'
import type { Transport } from '../transport/transport.ts'
import { type DoneOptions, waitUntilDone } from './done.ts'
import { type JobState, jobPath } from './job-state.ts'
import { readResult } from './result.ts'
import { type WatchOptions, watchJob } from './watch.ts'

/** A job that can be waited for, watched and canceled. */
export interface JobHandle<Result = unknown, Inline = Result, Known extends JobDocument<Inline> | null = JobDocument<Inline>> {
  readonly id: string
  /** As this handle read it last. */
  readonly document: Known
  /** Waits for the end and gives the last document. Rejects with a bad end, or with a time-out, only with `throw: true`. */
  done(options?: DoneOptions): Promise<JobDocument<Inline>>
  /** The document now, at every change of status or progress, and at the end. */
  watch(options?: WatchOptions): AsyncGenerator<JobDocument<Inline>, void, undefined>
  /** Cancels it. A running handler must stop first: `done()` tells when it has. Refuses with `already_finished`. */
  cancel(options?: CallOptions): Promise<JobDocument<Inline>>
  /** The result of a completed job. Refuses with `not_finished`, `job_failed` or `job_canceled`. */
  result(options?: CallOptions): Promise<Result>
}

/** A handle over a document that was just read, or of a job of which only the id is known. */
export function createHandle(
  transport: Transport,
  id: string,
  document: JobDocument | null,
): JobHandle<unknown, unknown, JobDocument | null> {
  const state: JobState = { id, document }
  return {
    id,
    get document() {
      return state.document
    },
    done: (options = {}) => waitUntilDone(transport, state, options),
    watch: (options = {}) => watchJob(transport, state, options),
    async cancel({ signal } = {}) {
      state.document = await cancelJob(transport, id, { signal })
      return state.document
    },
    result: (options = {}) => readResult(transport, id, options),
  }
}

/** Cancels a job: its document, canceled already or with `cancel_requested`. */
export function cancelJob(transport: Transport, id: string, { signal }: CallOptions): Promise<JobDocument> {
  return transport.json({ method: 'POST', path: `${jobPath(id)}/cancel`, signal })
}
