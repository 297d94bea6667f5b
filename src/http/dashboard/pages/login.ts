/** The pages that need no session: the login, and the way in by a portal link. */
import { ProblemError } from '../../../domain/errors.ts'
import type { Context } from '../../../lifecycle/process/context.ts'
import { tenantOfCode } from '../../../lifecycle/tenants/portal-links.ts'
import type { Authenticate } from '../../kit/auth.ts'
import { PROBLEMS } from '../../kit/problem.ts'
import { html, type Part } from '../components/html.ts'
import type { PageBody } from '../components/layout.ts'
import { fieldOf, readForm } from '../session/form.ts'
import type { Sessions } from '../session/sessions.ts'
import { goTo, respondPage } from './respond.ts'

const HOME = '/dashboard'
/** Where those without a session are sent. */
export const LOGIN = '/dashboard/login'
const PORTAL = '/dashboard/portal'

/** What the pages without a session work with. */
export interface DoorDeps {
  context: Context
  sessions: Sessions
  authenticate: Authenticate
  /** Resolves when a request refused for load may be told so. */
  holdBack: () => Promise<void>
}

/** A form that was sent from a page of ours. */
export interface OwnForm {
  request: Request
  /** The origin of ours that it was sent from. */
  origin: string
  /** Of the peer. */
  address: string
}

/** GET /dashboard/login */
export function loginPage(): Promise<Response> {
  return respondPage({ viewer: null, path: LOGIN }, form(null))
}

/** POST /dashboard/login: a wrong key gets the form again. */
export async function login({ sessions, authenticate, holdBack }: DoorDeps, { request, origin, address }: OwnForm): Promise<Response> {
  const key = fieldOf(await readForm(request), 'key') ?? ''
  const headers: Record<string, string> = {}
  try {
    const caller = await authenticate({ token: null, authorization: `Bearer ${key}`, address, headers })
    // A token reads one job, and no page.
    if (caller.tokenOf !== null) throw new ProblemError('unauthorized', 'A token opens no session.')
    return goTo(HOME, { 'set-cookie': await sessions.login(request, origin, caller) })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { status } = PROBLEMS[error.code]
    if (error.code === 'rate_limited') {
      await holdBack()
      headers['retry-after'] = String(error.retryAfterSeconds ?? 1)
    }
    const told = error.code === 'unauthorized' ? 'This key is unknown, or no longer valid.' : error.message
    return respondPage({ viewer: null, path: LOGIN }, form(told), status, headers)
  }
}

/** POST /dashboard/logout: a form as every other, of which nothing is asked. */
export async function logout({ sessions }: DoorDeps, { request, origin }: OwnForm): Promise<Response> {
  await readForm(request)
  return goTo(LOGIN, { 'set-cookie': await sessions.logout(request, origin) })
}

/** GET /dashboard/portal: the code is in the fragment, which only the browser knows; `portal.js` puts it into the form. */
export function portalPage(): Promise<Response> {
  const body = html`<p>This link shows you your jobs and callbacks. It works once.</p>
<form method="post" action="${PORTAL}" class="door" id="portal">
<label>Code: what stands behind <code>#</code> in the link<input name="code" required autocomplete="off" spellcheck="false"></label>
<button>Go on</button>
</form>`
  return respondPage({ viewer: null, path: PORTAL }, { title: 'Your jobs and callbacks', body, script: 'portal.js' })
}

/** POST /dashboard/portal: names the tenant and asks. Nothing is exchanged yet, so that a preview of a link uses nothing up. */
export async function askPortal({ context }: DoorDeps, { request }: OwnForm): Promise<Response> {
  const code = fieldOf(await readForm(request), 'code') ?? ''
  const { name } = await tenantOfCode(context, code)
  const body = html`<p>Open the jobs and callbacks of <strong>${name}</strong> in this browser?</p>
<form method="post" action="${PORTAL}/open" class="door"><input type="hidden" name="code" value="${code}"><button>Open</button></form>`
  return respondPage({ viewer: null, path: PORTAL }, { title: 'Your jobs and callbacks', body })
}

/** POST /dashboard/portal/open: exchanges the code. */
export async function openPortal({ sessions }: DoorDeps, { request, origin }: OwnForm): Promise<Response> {
  const code = fieldOf(await readForm(request), 'code') ?? ''
  return goTo(HOME, { 'set-cookie': await sessions.exchange(request, origin, code) })
}

function form(told: Part): PageBody {
  const body = html`${told === null ? null : html`<p role="alert">${told}</p>`}
<form method="post" action="${LOGIN}" class="door">
<label>API key<input type="password" name="key" required autofocus autocomplete="current-password"></label>
<button>Log in</button>
</form>
<p>The session lasts 12 hours, and ends with its key.</p>`
  return { title: 'Log in', body }
}
