/**
 * The payload and the result of a job: shown when they are asked for, and given as their exact bytes.
 * GET /dashboard/jobs/:id/payload · GET /dashboard/jobs/:id/result
 */
import { ProblemError } from '../../../domain/errors.ts'
import type { CompletedJob, Job } from '../../../domain/job.ts'
import type { JobView } from '../../../domain/job-view.ts'
import { decodeUtf8 } from '../../../domain/utf8.ts'
import { findJob } from '../../../lifecycle/access/find-job.ts'
import { attachment } from '../../kit/content-disposition.ts'
import { respond } from '../../kit/respond.ts'
import { bytes, link, shownUrl } from '../components/facts.ts'
import { exactText, html, type Part } from '../components/html.ts'
import { idOf, type PageCall, type PageRoute } from './page.ts'
import { PAGE_HEADERS } from './respond.ts'

const SHOWN = 64 * 1024
/** The bytes come from a stranger: a browser that opens them must not run them. */
const UNTRUSTED = { ...PAGE_HEADERS, 'content-security-policy': "sandbox; default-src 'none'" } as const

/** The payload as the page shows it. */
export async function payloadPart({ context, query }: PageCall, { job }: JobView): Promise<Part> {
  const path = `/dashboard/jobs/${job.id}`
  const download = link(`${path}/payload`, 'Download the exact bytes')
  if (query.show !== 'payload') return html`<p>${link(`${path}?show=payload#payload`, 'Show the payload')} · ${download}</p>`
  const payload = await context.store.jobs.payload(job.id)
  if (payload === null) return html`<p id="payload">It is no longer kept.</p>`
  return html`<div id="payload"><p>${bytes(payload.byteLength)} · ${link(path, 'Hide')} · ${download}</p>${textOf(payload)}</div>`
}

/** The result as the page shows it. */
export async function resultPart({ context, query }: PageCall, { job }: JobView): Promise<Part> {
  if (job.status !== 'completed') return html`<p>There is none${job.status === 'running' || job.status === 'pending' ? ' yet' : ''}.</p>`
  const path = `/dashboard/jobs/${job.id}`
  if (job.damage !== undefined) return html`<p>The stored record of the job cannot be read.</p>`
  if (job.result.kind === 'location') return html`<p>It is stored elsewhere: <code>${shownUrl(job.result.url)}</code></p>`
  const { size } = job.result
  const about = `${job.result.kind === 'json' ? 'JSON' : job.result.contentType}, ${bytes(size)}`
  const download = link(`${path}/result`, 'Download the exact bytes')
  if (query.show !== 'result') return html`<p>${link(`${path}?show=result#result`, 'Show the result')} (${about}) · ${download}</p>`
  const stored = await context.store.jobs.result(job.id, size > SHOWN ? { start: 0, end: SHOWN } : null)
  return html`<div id="result"><p>${about} · ${link(path, 'Hide')} · ${download}</p>
${stored === null ? html`<p>It is no longer kept.</p>` : textOf(stored.bytes, size)}</div>`
}

/** The bytes of a payload. */
export const payloadBytes: PageRoute = {
  method: 'get',
  path: '/dashboard/jobs/:id/payload',
  right: 'jobs:read',
  async handle(call) {
    const { job } = await findJob(call.context, call.viewer.reader, idOf(call, 'job'))
    const payload = await call.context.store.jobs.payload(job.id)
    if (payload === null) throw new ProblemError('gone', 'The payload is no longer kept.')
    call.slot.reserveAnswer(payload.byteLength)
    return respond(200, payload, {
      ...UNTRUSTED,
      'content-type': 'application/json',
      'content-disposition': attachment(`${job.id}.payload.json`),
    })
  },
}

/** The bytes of a result. */
export const resultBytes: PageRoute = {
  method: 'get',
  path: '/dashboard/jobs/:id/result',
  right: 'jobs:read',
  async handle(call) {
    const { job } = await findJob(call.context, call.viewer.reader, idOf(call, 'job'))
    if (!hasBytes(job)) throw new ProblemError('conflict', 'This job has no result that is kept here.')
    const { result } = job
    call.slot.reserveAnswer(result.size)
    const stored = await call.context.store.jobs.result(job.id, null)
    if (stored === null) throw new ProblemError('gone', 'The result is no longer kept.')
    const type = result.kind === 'json' ? 'application/json' : result.contentType
    const name = result.kind === 'json' ? `${job.id}.result.json` : (result.filename ?? `${job.id}.result`)
    return respond(200, stored.bytes, { ...UNTRUSTED, 'content-type': type, 'content-disposition': attachment(name) })
  },
}

/** Bytes as text, up to so many; what is no text is not shown. `size` when these are only the first of more. */
export function textOf(all: Uint8Array, size = all.byteLength): Part {
  const shown = all.subarray(0, SHOWN)
  const cut = size > shown.byteLength ? html`<p>The first ${bytes(shown.byteLength)} of ${bytes(size)}.</p>` : null
  const text = textIn(shown, cut !== null)
  return text === null ? html`<p>These bytes are no text.</p>` : html`${cut}${exactText(text)}`
}

function textIn(shown: Uint8Array, isCut: boolean): string | null {
  try {
    const text = isCut ? new TextDecoder('utf-8', { fatal: true }).decode(shown, { stream: true }) : decodeUtf8(shown)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

function hasBytes(job: Job): job is CompletedJob & { result: Exclude<CompletedJob['result'], { kind: 'location' }> } {
  return job.status === 'completed' && job.damage === undefined && job.result.kind !== 'location'
}
