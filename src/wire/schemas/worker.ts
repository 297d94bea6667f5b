/** Processes on the wire. */
import { z } from '@hono/zod-openapi'
import { CursorParameters, Time } from './common.ts'

export const ListWorkers = z.strictObject({ ...CursorParameters })

export const Worker = z
  .object({
    id: z.string(),
    role: z.string().openapi({ description: '`all`, `api` or `worker`.' }),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    started_at: Time,
    heartbeat_at: Time.openapi({ description: 'When it last told of itself.' }),
    threads: z.array(z.object({ name: z.string(), state: z.string(), type: z.string().nullable(), runs: z.int(), left_overs: z.int() })),
    running: z
      .array(z.object({ job_id: z.string(), type: z.string(), tenant_id: z.string() }))
      .openapi({ description: 'At most 100 of its runs.' }),
  })
  .openapi('Worker')
