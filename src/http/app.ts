/** The HTTP application: every route, and what is answered where there is none. */
import { Hono } from 'hono'
import { ProblemError } from '../domain/errors.ts'
import { createJobWatches, type JobWatches } from '../lifecycle/jobs/job-watches.ts'
import type { Context } from '../lifecycle/process/context.ts'
import { createAdmission } from './admission/admission.ts'
import { createSubmitLimit, type SubmitLimit } from './admission/submit-limit.ts'
import { mountDashboard } from './dashboard/dashboard.ts'
import { createAuthenticate } from './kit/auth.ts'
import { createCors } from './kit/cors.ts'
import { mount } from './kit/mount.ts'
import { problem } from './kit/problem.ts'
import type { AnyRoute, HttpSettings } from './kit/route.ts'
import { createUpgrade, type Upgrade } from './live/upgrade.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { auditRoute } from './routes/audit.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { destinationRoutes } from './routes/destinations.ts'
import { docsRoutes } from './routes/docs.ts'
import { endpointActionRoutes } from './routes/endpoint-actions.ts'
import { endpointRoutes } from './routes/endpoints.ts'
import { eventStreamRoute } from './routes/event-stream.ts'
import { eventsRoute } from './routes/events.ts'
import { groupRoutes } from './routes/groups.ts'
import { healthRoutes } from './routes/health.ts'
import { jobResultRoute } from './routes/job-result.ts'
import { jobStreamRoute } from './routes/job-stream.ts'
import { jobSummaryRoute } from './routes/job-summary.ts'
import { jobTokensRoute } from './routes/job-tokens.ts'
import { jobTypeRoutes } from './routes/job-types.ts'
import { jobRoutes } from './routes/jobs.ts'
import { metricsRoute } from './routes/metrics.ts'
import { openApiRoute } from './routes/openapi.ts'
import { operationRoute } from './routes/operation.ts'
import { portalLinksRoute } from './routes/portal-links.ts'
import { readJobRoute } from './routes/read-job.ts'
import { rerunRoutes } from './routes/rerun.ts'
import { retryRoutes } from './routes/retry.ts'
import { signingSecretRoutes } from './routes/signing-secret.ts'
import { socketRoute } from './routes/socket.ts'
import { submitJobRoute } from './routes/submit-job.ts'
import { tenantRoutes } from './routes/tenants.ts'
import { workersRoute } from './routes/workers.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What a server serves. */
export interface Http {
  /** Needs no port: `app.request(…)` answers a request, `startServer` serves it. */
  app: Hono
  upgrade: Upgrade
}

/** The application of a process. */
export function createHttp(context: Context, settings: HttpSettings): Http {
  const app = new Hono()
  const { adminKeyHash, maxBody, maxResult, holdBack, stopping } = settings
  const submitLimit = createSubmitLimit(context.clock)
  const cors = createCors(settings.corsOrigins)
  const mounting = {
    context,
    authenticate: createAuthenticate(context, settings),
    cors,
    maxBody,
    admission: createAdmission({ maxBody, maxResult }),
    holdBack,
  }
  const watches = createJobWatches(context)
  for (const route of routesOf(submitLimit, watches, settings)) mount(app, route, mounting)
  if (settings.dashboard && !settings.isWorker) mountDashboard(app, { ...mounting, adminKeyHash, submitLimit, stopping })

  app.notFound(({ req }) => {
    const allowed = METHODS.filter((method) => app.router.match(method, req.path)[0].length > 0)
    const preflight = req.method === 'OPTIONS' ? cors.preflight(req.path, allowed, req.raw.headers) : null
    if (preflight) return preflight
    if (allowed.length === 0) return problem(context, new ProblemError('not_found', 'There is no such path.'))
    if (allowed.includes('GET')) allowed.push('HEAD')
    const allow = allowed.join(', ')
    return problem(context, new ProblemError('method_not_allowed', `This path takes ${allow}.`), { allow })
  })
  app.onError((error) => problem(context, error))
  const upgrade = createUpgrade({ ...mounting, watches })
  return { app, upgrade: settings.isWorker ? { ...upgrade, wants: () => false } : upgrade }
}

function routesOf(submitLimit: SubmitLimit, watches: JobWatches, settings: HttpSettings): readonly AnyRoute[] {
  const { isWorker, dashboard, stopping, metrics, tokenKey } = settings
  const operators: AnyRoute[] = [...healthRoutes(stopping), metricsRoute(metrics)]
  if (isWorker) return operators
  const routes: AnyRoute[] = [
    submitJobRoute(submitLimit),
    // Before the job of that id, which would take its path.
    jobSummaryRoute,
    readJobRoute,
    ...rerunRoutes(submitLimit),
    jobResultRoute,
    jobStreamRoute(watches),
    jobTokensRoute(tokenKey),
    operationRoute,
    ...jobRoutes,
    ...jobTypeRoutes,
    ...groupRoutes,
    ...deliveryRoutes,
    ...retryRoutes,
    ...deadLetterRoutes,
    ...destinationRoutes,
    eventsRoute,
    eventStreamRoute,
    socketRoute,
    ...endpointRoutes,
    ...endpointActionRoutes,
    ...signingSecretRoutes,
    ...tenantRoutes,
    ...(dashboard ? [portalLinksRoute] : []),
    ...apiKeyRoutes,
    workersRoute,
    auditRoute,
    ...operators,
    ...docsRoutes,
  ]
  routes.push(openApiRoute(routes))
  return routes
}
