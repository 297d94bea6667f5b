/** Answers of the dashboard. */
import { ProblemError } from '../../../domain/errors.ts'
import { asRefusal, PROBLEMS } from '../../kit/problem.ts'
import { NO_STORE, respond } from '../../kit/respond.ts'
import { html } from '../components/html.ts'
import { documentOf, type PageBody } from '../components/layout.ts'
import type { Viewer } from '../session/viewer.ts'

/** Nothing comes from another host, and nothing runs that is not a file of ours. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** With every answer of the dashboard. With `no-referrer` browsers would not tell where a form came from. */
export const PAGE_HEADERS = {
  ...NO_STORE,
  'content-security-policy': POLICY,
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

type Headers = Readonly<Record<string, string>>

/** For whom a page is made, and its own path with its query. */
export interface Shown {
  viewer: Viewer | null
  path: string
}

/** A page. */
export async function respondPage({ viewer, path }: Shown, page: PageBody, status = 200, headers: Headers = {}): Promise<Response> {
  const text = await documentOf(page, viewer, path)
  return respond(status, text, { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8', ...headers })
}

/** The way to another page. */
export function goTo(path: string, headers: Headers = {}): Response {
  return new Response(null, { status: 303, headers: { ...PAGE_HEADERS, ...headers, location: path } })
}

/** The page of a refusal, with the status that the API gives it. The same for everything that is not there. */
export function respondRefusal(shown: Shown, error: unknown, headers: Headers = {}): Promise<Response> {
  const { code, message, faults, retryAfterSeconds } = asRefusal(error)
  const { status, title } = PROBLEMS[code]
  const retry: Headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  const detail = code === 'not_found' ? 'There is nothing here that you may see.' : message
  const body = html`<p role="alert">${detail}</p>
${faults.length === 0 ? null : html`<ul>${faults.map((fault) => html`<li><code>${fault.pointer}</code> ${fault.detail}</li>`)}</ul>`}
<p>Nothing was changed. ${shown.viewer === null ? null : html`<a href="/dashboard">Home</a>`}</p>`
  return respondPage(shown, { title, body }, status, { ...headers, ...retry })
}

/** The refusal of a form that no page of ours has sent. */
export function foreignForm(): ProblemError {
  return new ProblemError('forbidden', 'This form was not sent from a page of this service.')
}
