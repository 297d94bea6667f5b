/** Health of a process, for load balancers and orchestrators. */
import { z } from 'zod'

/** The answer of `GET /healthz`. */
export const Alive = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Alive' })

const Details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const Part = z.object({ ok: z.boolean(), reason: z.string().nullable(), details: Details })

/** The answer of `GET /readyz`. */
export const Readiness = z
  .object({ status: z.enum(['ready', 'not_ready']), reason: z.string().nullable(), store: Part, queue: Part })
  .meta({ id: 'Readiness' })
