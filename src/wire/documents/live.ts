/** What live streams and sockets send, as text. Pure. */
import type { ErrorCode } from '../../domain/errors.ts'
import type { JobNews } from '../../domain/job-news.ts'
import type { JobView } from '../../domain/job-view.ts'
import type { JobEstimate } from './job.ts'
import { timestamp } from './timestamp.ts'

/** One frame of a stream of server-sent events. */
export interface Frame {
  event: string
  id: string
  /** JSON text. */
  data: string
}

/** How every stream begins: a client that loses it comes back after two seconds. */
export const STREAM_HEAD = 'retry: 2000\n\n'

/** A comment, which keeps the stream alive. */
export const COMMENT = ':\n\n'

/** A frame as text. A line break of the data, which JSON has between its tokens only, goes on in a further line. */
export function frameText({ event, id, data }: Frame): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`
}

/** The line that names where a reader stands, without an event. */
export function positionText(id: string): string {
  return `id: ${id}\n\n`
}

/** The data of a progress frame. */
export function progressDocument({ job, progress }: JobView, { estimatedCompletionAt }: JobEstimate): string {
  return JSON.stringify({ id: job.id, progress, estimated_completion_at: timestamp(estimatedCompletionAt) })
}

/** News of a job as the message of a socket. `data` is JSON text. */
export function newsMessage(news: JobNews, jobId: string, data: string): string {
  return `{"type":"${news}","job":${JSON.stringify(jobId)},"data":${data}}`
}

/** An event of the feed as the message of a socket. `data` is JSON text. */
export function eventMessage(data: string): string {
  return `{"type":"event","data":${data}}`
}

/** A subscription that is refused, as the message of a socket. */
export function problemMessage(subscribe: string, { code, detail }: { code: ErrorCode; detail: string }): string {
  return JSON.stringify({ type: 'problem', subscribe, code, detail })
}
