/** Tokens that read one job, on the wire. */
import { z } from 'zod'
import { TOKEN_SECONDS } from '../../domain/job-token.ts'
import { Time } from './time.ts'

/** The body that asks for a token. */
export const CreateJobToken = z
  .strictObject({
    expires_in_seconds: z
      .int()
      .min(1)
      .max(TOKEN_SECONDS.most)
      .optional()
      .meta({
        description: `For how long; ${TOKEN_SECONDS.standard} when absent. A token never outlives the key that asks for it.`,
      }),
  })
  .meta({ id: 'CreateJobToken' })

/** A token, shown this once. */
export const JobToken = z
  .object({
    token: z.string().meta({ description: 'For `Authorization: Bearer`, or for the query parameter `token`.' }),
    expires_at: Time,
    url: z.string().meta({ format: 'uri', description: 'The job, with the token.' }),
    stream_url: z.string().meta({ format: 'uri', description: 'Its stream, with the token: for `new EventSource(…)`.' }),
  })
  .meta({ id: 'JobToken' })
