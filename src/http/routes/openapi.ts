/** GET /openapi.json */
import { z } from 'zod'
import { firstJob } from '../../lifecycle/jobs/first-job.ts'
import { openApiDocument } from '../docs/openapi.ts'
import { respond } from '../kit/respond.ts'
import { type AnyRoute, defineRoute } from '../kit/route.ts'

/** @param routes every route of the app, this one included by the time it is asked */
export function openApiRoute(routes: readonly AnyRoute[]) {
  /** Without a key, and with one. */
  const texts = new Map<boolean, string>()
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'openapi',
    summary: 'This document; with a key it tells the payloads of the job types',
    tag: 'Service',
    scope: 'optional',
    responses: { 200: { description: 'OpenAPI 3.1.', schema: z.object({ openapi: z.string() }) } },
    async handle({ context: { settings, executor }, caller }) {
      const { version } = settings
      const types = caller === null ? [] : [...executor.types.values()]
      const text =
        texts.get(caller !== null) ??
        JSON.stringify(openApiDocument(routes, { version, publicUrl: settings.publicUrl(), firstJob: await firstJob(executor), types }))
      texts.set(caller !== null, text)
      return respond(200, text, { 'cache-control': caller === null ? 'no-cache' : 'private, no-cache', vary: 'authorization' })
    },
  })
}
