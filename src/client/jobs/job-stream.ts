/** One connection to `GET /v1/jobs/{id}/events`. */
import { hasEnded, type JobDocument, type JobProgress } from '../documents/job.ts'
import { createEventParser, type ServerSentEvent } from '../transport/event-parser.ts'
import { TookTooLong, within } from '../transport/time.ts'
import type { Transport } from '../transport/transport.ts'
import { type JobState, jobPath } from './job-state.ts'

/** The first bytes come at once; a proxy that has not passed them on by then keeps them until the end. Milliseconds. */
const FIRST_BYTES_MS = 5_000
/** A stream lives by a comment every 15 s: one that has been silent for so long is cut. Milliseconds. */
const SILENCE_MS = 45_000

/** Where a broken stream goes on. */
export interface StreamPosition {
  lastEventId: string
  /** How long to wait before that, milliseconds. */
  retryMs: number
}

/** `ended`: the job has. `refused`: streams do not get through here. `cut`: it may go on elsewhere. */
export type StreamEnd = 'ended' | 'refused' | 'cut'

/** Yields the document at every change the stream tells of. Rejects only with the reason of `signal`. */
export async function* streamJob(
  transport: Transport,
  state: JobState,
  position: StreamPosition,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobDocument, StreamEnd, undefined> {
  const own = new AbortController()
  const follow = () => own.abort(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', follow)
  try {
    const response = await open(transport, state, position, own.signal)
    if (response === 'cut') return 'cut'
    if (response === 'buffered' || !isStream(response)) return 'refused'
    return yield* readJob(transport, state, position, response.body.getReader(), own.signal)
  } finally {
    signal?.removeEventListener('abort', follow)
    own.abort()
  }
}

/** A proxy that holds back the bytes holds back the headers as well. */
async function open(
  transport: Transport,
  state: JobState,
  { lastEventId }: StreamPosition,
  signal: AbortSignal,
): Promise<Response | 'cut' | 'buffered'> {
  try {
    return await within(transport.time, { ms: FIRST_BYTES_MS, signal }, (limit) =>
      transport.open({
        method: 'GET',
        path: `${jobPath(state.id)}/events`,
        headers: { accept: 'text/event-stream', ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) },
        signal: limit,
      }),
    )
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof TookTooLong ? 'buffered' : 'cut'
  }
}

function isStream(response: Response): response is Response & { body: ReadableStream<Uint8Array> } {
  const type = response.headers.get('content-type') ?? ''
  const fits = response.status === 200 && /^text\/event-stream\s*(?:;|$)/i.test(type) && response.body !== null
  if (!fits) response.body?.cancel().catch(() => {})
  return fits
}

async function* readJob(
  { time }: Transport,
  state: JobState,
  position: StreamPosition,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<JobDocument, StreamEnd, undefined> {
  const parser = createEventParser(position.lastEventId)
  const cancel = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', cancel)
  let heard = false
  try {
    for (;;) {
      // Only while it is waited for: a slow reader of ours is no silence of theirs.
      const stop = time.after(heard ? SILENCE_MS : FIRST_BYTES_MS, cancel)
      const { done, value } = await reader.read().finally(stop)
      signal.throwIfAborted()
      if (done) return heard ? 'cut' : 'refused'
      heard = true
      const events = parser.push(value)
      position.retryMs = parser.retryMs() ?? position.retryMs
      for (const event of events) {
        const document = documentAfter(state.document, event)
        if (document === null) continue
        state.document = document
        position.lastEventId = parser.lastEventId()
        yield document
        if (hasEnded(document)) return 'ended'
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof SyntaxError ? 'refused' : 'cut'
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

/** The document as the event tells it; null when it tells nothing of it. Throws a SyntaxError for what is no JSON. */
function documentAfter(known: JobDocument | null, { event, data }: ServerSentEvent): JobDocument | null {
  switch (event) {
    case 'status':
    case 'completed':
    case 'failed':
    case 'canceled':
      return JSON.parse(data)
    case 'progress': {
      const { progress, estimated_completion_at }: { progress: JobProgress; estimated_completion_at: string | null } = JSON.parse(data)
      return known && { ...known, progress, estimated_completion_at }
    }
    default:
      return null
  }
}
