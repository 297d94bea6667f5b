/** GET /healthz · GET /readyz */
import { z } from 'zod'
import { readiness } from '../../lifecycle/engine/readiness.ts'
import { respondJson } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const Alive = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Alive' })

const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const Part = z.object({ ok: z.boolean(), reason: z.string().nullable(), details: Details })

const Readiness = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    reason: z.string().nullable(),
    store: Part,
    queue: Part,
  })
  .meta({ id: 'Readiness' })

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
      const { ready, ...rest } = await readiness(context, stopping())
      return respondJson(ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', ...rest })
    },
  })
}

export function healthRoutes(stopping: () => boolean) {
  return [aliveRoute, readyRoute(stopping)]
}
