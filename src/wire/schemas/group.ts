/** Groups of jobs on the wire. */
import { z } from 'zod'
import { textSchema } from './text.ts'
import { Time } from './time.ts'

/** The name of a group. */
export const GroupName = textSchema(1, 128)

/** The path parameter `{name}`. */
export const GroupParams = z.object({ name: GroupName })

/** The document of a group. */
export const Group = z
  .object({
    name: z.string(),
    status: z.enum(['open', 'closed', 'completed']).meta({ description: '`closed`: no more will come. `completed`: and all have ended.' }),
    created_at: Time,
    closed_at: Time.nullable(),
    completed_at: Time.nullable(),
    jobs: z.int().meta({ description: 'Submitted in all.' }),
    counts: z.object({ pending: z.int(), running: z.int(), completed: z.int(), failed: z.int(), canceled: z.int() }),
  })
  .meta({ id: 'Group' })

/** The body of the callback about a group. */
export const GroupEvent = z
  .object({ type: z.literal('group.completed'), timestamp: Time, data: Group })
  .meta({ id: 'GroupEvent', description: 'The body of a callback about a closed group of which every job has ended.' })
