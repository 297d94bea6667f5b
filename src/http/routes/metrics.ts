/** GET /metrics */
import { NO_STORE, respond } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

/** Of the text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** @param metrics the figures of this moment as text */
export function metricsRoute(metrics: () => Promise<string>) {
  return defineRoute({
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    tag: 'Service',
    scope: 'admin:read',
    responses: { 200: { description: 'The text format of Prometheus.', contentTypes: ['text/plain'] } },
    handle: async () => respond(200, await metrics(), { ...NO_STORE, 'content-type': CONTENT_TYPE }),
  })
}
