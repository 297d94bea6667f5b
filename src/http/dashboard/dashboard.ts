/** The dashboard: pages for people, over the reads and the verbs that the API uses. */
import type { Hono, Context as HonoContext } from 'hono'
import { describeError } from '../../domain/describe-error.ts'
import { ProblemError } from '../../domain/errors.ts'
import { createDeed, type Deed, withDeed } from '../../lifecycle/commit/deed.ts'
import { originOf } from '../../wire/schemas/delivery.ts'
import type { SubmitLimit } from '../admission/submit-limit.ts'
import { addressOf, closeWhenSent, type Mounting } from '../kit/mount.ts'
import { asRefusal } from '../kit/problem.ts'
import { respond } from '../kit/respond.ts'
import { assetAt } from './assets/files.ts'
import { createLiveStreams } from './live.ts'
import { askPortal, type DoorDeps, LOGIN, login, loginPage, logout, type OwnForm, openPortal, portalPage } from './pages/login.ts'
import type { Answer, PageCall, PageRoute } from './pages/page.ts'
import { foreignForm, goTo, PAGE_HEADERS, respondPage, respondRefusal } from './pages/respond.ts'
import { pageRoutes } from './pages/routes.ts'
import { fieldOf, readForm } from './session/form.ts'
import { ownOriginOf } from './session/origin.ts'
import { createSessions } from './session/sessions.ts'
import type { Viewer } from './session/viewer.ts'

/** What the dashboard needs of the application around it. */
export interface DashboardDeps extends Mounting {
  /** SHA-256 of the operator's ADMIN_API_KEY. */
  adminKeyHash: Uint8Array
  submitLimit: SubmitLimit
  /** True once the process has begun to stop. */
  stopping: () => boolean
}

type Door = (deps: DoorDeps, form: OwnForm) => Promise<Response>

const KEEP = { 'cache-control': 'public, max-age=31536000, immutable' } as const

/** Puts the dashboard on the app. */
export function mountDashboard(app: Hono, deps: DashboardDeps): void {
  const { context, adminKeyHash, submitLimit, stopping } = deps
  const sessions = createSessions(context, adminKeyHash)
  const door = { context, sessions, authenticate: deps.authenticate, holdBack: deps.holdBack }
  const live = createLiveStreams(context, stopping)

  /** Answers a refusal with its page, and logs what is a fault of ours. */
  async function guarded(call: HonoContext, viewer: Viewer | null, run: () => Promise<Response>): Promise<Response> {
    const started = context.clock.monotonic()
    let response: Response
    try {
      response = await run()
    } catch (error) {
      if (asRefusal(error).code === 'internal_error') context.log.error({ error: describeError(error) }, 'a page failed')
      response = await respondRefusal({ viewer, path: pathOf(call) }, error)
    }
    const ms = Math.round(context.clock.monotonic() - started)
    context.log.debug({ method: call.req.method, route: call.req.routePath, status: response.status, ms }, 'page')
    return response
  }

  /** The origin that a form was sent from. Asked before anything else: a forged form learns nothing. */
  function ownOrigin({ req }: HonoContext): string {
    const origin = ownOriginOf(req.raw, context.settings.publicUrl())
    if (origin === null) throw foreignForm()
    return origin
  }

  function mountDoor(path: string, handle: Door): void {
    app.post(path, (call: HonoContext) =>
      guarded(call, null, async () => {
        const origin = ownOrigin(call)
        return handle(door, { request: call.req.raw, origin, address: addressOf(call.env) })
      }),
    )
  }

  async function answer(call: HonoContext, route: PageRoute, viewer: Viewer): Promise<Response> {
    const { req } = call
    if (route.right !== null && !viewer.rights.has(route.right)) throw missing(route.right)
    const slot = deps.admission.open(viewer.tenantId)
    try {
      if (route.method === 'post') await slot.acquireWrite()
      const form = route.method === 'post' ? await readForm(req.raw) : new URLSearchParams()
      const query = filled(new URL(req.url).searchParams)
      const asked = { viewer, request: req.raw, params: req.param(), query, form, submitLimit, slot }
      const page = await route.handle({ ...asked, context: withDeed(context, deedOf(route, asked)) })
      return await toResponse(page, viewer, pathOf(call))
    } finally {
      closeWhenSent(slot, call)
    }
  }

  function deedOf({ action, filterOf }: PageRoute, { viewer, params, form }: Omit<PageCall, 'context'>): Deed | null {
    if (action === undefined) return null
    const { keyId, tenantId } = viewer
    const destination = fieldOf(form, 'destination')
    return createDeed({
      id: context.ids.next('aud'),
      at: context.clock.now(),
      actor: { keyId, tenantId, via: 'dashboard' },
      action,
      target: params.id ?? params.type ?? (filterOf || destination === null ? null : originOf(destination)),
      filter: filterOf ? withoutUrls(filterOf(form)) : null,
      requestId: context.ids.next('req'),
    })
  }

  function mountPage(route: PageRoute): void {
    app.on(route.method.toUpperCase(), route.path, async (call) => {
      const viewer = await viewerOf(call)
      if (viewer instanceof Response) return viewer
      return guarded(call, viewer, () => answer(call, route, viewer))
    })
  }

  /** The viewer, or what is answered to somebody else: the refusal of a forged form, or the way to the login. */
  function viewerOf(call: HonoContext): Promise<Viewer | Response> {
    let viewer: Viewer | null = null
    return guarded(call, null, async () => {
      if (call.req.method === 'POST') ownOrigin(call)
      viewer = await sessions.viewerOf(call.req.raw)
      return goTo(LOGIN)
    }).then((response) => viewer ?? response)
  }

  app.get('/dashboard/assets/:digest/:name', ({ req }) => {
    const asset = assetAt(req.param('digest'), req.param('name'))
    if (asset === null) return respondRefusal({ viewer: null, path: req.path }, new ProblemError('not_found', 'There is no such file.'))
    return respond(200, asset.bytes, { 'content-type': asset.type, ...KEEP })
  })
  app.get(LOGIN, () => loginPage())
  app.get('/dashboard/portal', () => portalPage())
  mountDoor(LOGIN, login)
  mountDoor('/dashboard/logout', logout)
  mountDoor('/dashboard/portal', askPortal)
  mountDoor('/dashboard/portal/open', openPortal)
  app.get('/dashboard/live', async (call) => {
    const viewer = await viewerOf(call)
    if (viewer instanceof Response) return viewer
    // A HEAD reads no body: nobody would end the stream.
    if (call.req.method === 'HEAD') return respond(200, '', PAGE_HEADERS)
    return guarded(call, viewer, async () => live.open(viewer, () => sessions.viewerOf(call.req.raw), call.req.raw.signal))
  })
  for (const route of pageRoutes) mountPage(route)
  app.all('/dashboard/*', async (call) => {
    const viewer = await viewerOf(call)
    if (viewer instanceof Response) return viewer
    return respondRefusal({ viewer, path: pathOf(call) }, new ProblemError('not_found', 'There is no such page.'))
  })
}

function toResponse(answer: Answer, viewer: Viewer, path: string): Response | Promise<Response> {
  if (answer instanceof Response) return answer
  return 'goTo' in answer ? goTo(answer.goTo) : respondPage({ viewer, path }, answer, answer.status)
}

/** A form sends its empty fields too: they ask for nothing. */
function filled(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].filter(([name, value]) => value !== '' && name !== '__proto__'))
}

/** A URL may hold a secret in its query: its origin says enough. */
function withoutUrls(filter: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { destination } = filter
  return typeof destination === 'string' ? { ...filter, destination: originOf(destination) } : filter
}

function pathOf({ req }: HonoContext): string {
  const { pathname, search } = new URL(req.url)
  return pathname + search
}

function missing(right: string): ProblemError {
  return new ProblemError('forbidden', `Your key does not have what this needs (${right}).`)
}
