/** GET /healthz · GET /readyz */
import { readiness } from '../../lifecycle/engine/readiness.ts'
import { Alive, Readiness } from '../../wire/schemas/health.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const aliveRoute = defineRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'alive',
  summary: 'Whether the process is alive',
  tag: 'Service',
  scope: null,
  responses: { 200: { description: 'It is.', schema: Alive } },
  handle: ({ context }) => respondJson(200, { status: 'ok', version: context.settings.version }),
})

/** Asked by load balancers and orchestrators: an answer of 503 takes the process out of rotation, nothing more. */
function readyRoute(stopping: () => boolean) {
  return defineRoute({
    method: 'get',
    path: '/readyz',
    operationId: 'ready',
    summary: 'Whether the service takes work',
    tag: 'Service',
    scope: null,
    responses: {
      200: { description: 'Store, migrations and queue are fine.', schema: Readiness },
      503: { description: 'Not now; `reason` says why.', schema: Readiness },
    },
    async handle({ context }) {
      const { ready, stats: _stats, ...rest } = await readiness(context, stopping())
      return respondJson(ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', ...rest })
    },
  })
}

/**
 * The routes of health.
 *
 * @param stopping true once the process has begun to stop
 */
export function healthRoutes(stopping: () => boolean) {
  return [aliveRoute, readyRoute(stopping)]
}
