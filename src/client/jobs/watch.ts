/** Every status and progress of a job: by the stream where it gets through, by the long poll where it does not. */
import { hasEnded, type JobDocument } from '../documents/job.ts'
import { BUDGET_MS, createPatience } from '../transport/patience.ts'
import { sleep } from '../transport/time.ts'
import type { Transport } from '../transport/transport.ts'
import { HOLD_SECONDS } from './done.ts'
import { createLook, type JobState } from './job-state.ts'
import { type StreamEnd, type StreamPosition, streamJob } from './job-stream.ts'

/** The stream's own wish comes with its first bytes. Milliseconds. */
const RETRY_MS = 2_000
/** A stream is given up when so many in a row told nothing. */
const SILENT_STREAMS = 2
/** Between two looks. `Retry-After` is the time to the end of the job: who waited so long would see no progress. Milliseconds. */
const REST_MS = 1_000

/** How `watch` ends before the job does. */
export interface WatchOptions {
  /** Aborting it rejects with its reason. Leaving the loop ends the watch as well. */
  signal?: AbortSignal | undefined
}

/** Yields the document as it is, at every change of it, and at the end. Rejects as `GET /v1/jobs/{id}` refuses. */
export async function* watchJob(
  transport: Transport,
  state: JobState,
  { signal }: WatchOptions,
): AsyncGenerator<JobDocument, void, undefined> {
  let told: JobDocument | null = null
  for await (const document of followStream(transport, state, signal)) {
    told = document
    yield document
    if (hasEnded(document)) return
  }
  for await (const document of pollJob(transport, state, signal)) {
    if (told !== null && sameState(told, document)) continue
    told = document
    yield document
  }
}

/** Goes on from stream to stream. Ends when streams do not get through. */
async function* followStream(
  transport: Transport,
  state: JobState,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobDocument, void, undefined> {
  const position: StreamPosition = { lastEventId: '', retryMs: RETRY_MS }
  for (let silent = 0; silent < SILENT_STREAMS; ) {
    let told = 0
    const stream = streamJob(transport, state, position, signal)
    let end: StreamEnd | undefined
    try {
      while (end === undefined) {
        const next = await stream.next()
        if (next.done) end = next.value
        else {
          told += 1
          yield next.value
        }
      }
    } finally {
      await stream.return('cut')
    }
    if (end !== 'cut') return
    silent = told > 0 ? 0 : silent + 1
    if (silent < SILENT_STREAMS) await sleep(transport.time, position.retryMs, signal)
  }
}

async function* pollJob(
  transport: Transport,
  state: JobState,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobDocument, void, undefined> {
  const look = createLook(transport, state)
  const patience = createPatience(transport.time, BUDGET_MS)
  for (let hold = 0; ; ) {
    let rest = REST_MS
    let changed = false
    try {
      changed = (await look({ hold, signal })).changed
      patience.reset()
      hold = HOLD_SECONDS
    } catch (error) {
      rest = patience.waitAfter(error)
    }
    if (changed && state.document !== null) {
      yield state.document
      if (hasEnded(state.document)) return
    }
    await sleep(transport.time, rest, signal)
  }
}

/** Whether two documents tell the same; the estimates move by themselves. */
function sameState(one: JobDocument, other: JobDocument): boolean {
  const told = (document: JobDocument) => JSON.stringify({ ...document, estimated_completion_at: null, queue_position: null })
  return told(one) === told(other)
}
