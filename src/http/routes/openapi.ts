/** GET /openapi.json */
import { z } from '@hono/zod-openapi'
import { firstJob } from '../../lifecycle/first-job.ts'
import { openApiDocument } from '../openapi.ts'
import { respond } from '../respond.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

/** @param routes every route of the app, this one included by the time it is asked */
export function openApiRoute(routes: readonly AnyRoute[]) {
  let text: string | null = null
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'openapi',
    summary: 'This document',
    tag: 'Service',
    scope: null,
    responses: { 200: { description: 'OpenAPI 3.1.', schema: z.object({ openapi: z.string() }) } },
    async handle({ world: { settings, workshop } }) {
      const { version, publicUrl } = settings
      text ??= JSON.stringify(openApiDocument(routes, { version, publicUrl, firstJob: await firstJob(workshop) }))
      return respond(200, text, { 'cache-control': 'no-cache' })
    },
  })
}
