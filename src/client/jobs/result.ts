/** The result of a job as the value that its handler returned. */
import type { ContentResult } from '../documents/job-map.ts'
import type { CallOptions } from '../transport/listing.ts'
import { refusalOf, unreadable } from '../transport/refusal.ts'
import type { Transport } from '../transport/transport.ts'
import { jobPath } from './job-state.ts'

/** The answer of `GET /v1/jobs/{id}/result` with its body unread. Refuses every status but 200, 206 and 303. */
export async function resultResponse(transport: Transport, id: string, { signal }: CallOptions): Promise<Response> {
  const response = await transport.open({ method: 'GET', path: resultPath(id), headers: { accept: '*/*' }, signal })
  const { status, headers, type } = response
  if (status === 200 || status === 206 || isRedirect(response)) return response
  throw refusalOf({ status, headers, text: type === 'opaque' ? '' : await response.text() }, transport.time.now())
}

/** JSON as its value, other content as its bytes, a location as its URL. Refuses with `not_finished`, `job_failed` or `job_canceled`. */
export async function readResult(transport: Transport, id: string, options: CallOptions): Promise<unknown> {
  const response = await resultResponse(transport, id, options)
  if (isRedirect(response)) return { url: await targetOf(transport, id, response, options) }
  try {
    const contentType = response.headers.get('content-type') ?? 'application/octet-stream'
    if (/^application\/json\s*$/i.test(contentType)) return JSON.parse(await response.text())
    return contentOf(contentType, response.headers.get('content-disposition'), new Uint8Array(await response.arrayBuffer()))
  } catch (cause) {
    throw options.signal?.aborted ? options.signal.reason : unreadable(cause)
  }
}

function contentOf(contentType: string, disposition: string | null, bytes: Uint8Array): ContentResult {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  const filename =
    encoded === undefined
      ? /filename="((?:[^"\\]|\\.)*)"/i.exec(disposition ?? '')?.[1]?.replace(/\\(.)/g, '$1')
      : decodeURIComponent(encoded)
  return { bytes, contentType, ...(filename === undefined ? {} : { filename }) }
}

function isRedirect({ status, type }: Response): boolean {
  return status === 303 || type === 'opaqueredirect'
}

/** A browser tells where a redirect leads only to those who follow it. */
async function targetOf(transport: Transport, id: string, response: Response, { signal }: CallOptions): Promise<string> {
  const location = response.headers.get('location')
  if (location !== null) return location
  const followed = await transport.open({ method: 'GET', path: resultPath(id), headers: { accept: '*/*' }, redirect: 'follow', signal })
  followed.body?.cancel().catch(() => {})
  return followed.url
}

function resultPath(id: string): string {
  return `${jobPath(id)}/result`
}
