/** Processes on the wire. */
import { z } from 'zod'
import { CursorParameters } from './list.ts'
import { Time } from './time.ts'

/** The query of `GET /v1/workers`. */
export const ListWorkers = z.strictObject({ ...CursorParameters })

/** The document of a process. */
export const Worker = z
  .object({
    id: z.string(),
    role: z.string().meta({ description: '`all`, `api` or `worker`.' }),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    started_at: Time,
    heartbeat_at: Time.meta({ description: 'When it last told of itself.' }),
    threads: z.array(z.object({ name: z.string(), state: z.string(), type: z.string().nullable(), runs: z.int(), left_overs: z.int() })),
    running: z
      .array(z.object({ job_id: z.string(), type: z.string(), tenant_id: z.string() }))
      .meta({ description: 'At most 100 of its runs.' }),
  })
  .meta({ id: 'Worker' })
