/** Links that show a tenant its own jobs and callbacks. */
import { z } from 'zod'
import { Time } from './time.ts'

const HOUR_SECONDS = 60 * 60
const DAY_SECONDS = 24 * HOUR_SECONDS

/** The body of `POST /v1/tenants/{id}/portal-links`. */
export const CreatePortalLink = z
  .strictObject({
    expires_in_seconds: z
      .int()
      .min(1, 'Must be at least 1.')
      .max(DAY_SECONDS, `Must be at most ${DAY_SECONDS}.`)
      .optional()
      .meta({ description: 'How long the session lasts that the link opens; an hour when absent.' }),
    read_only: z
      .boolean()
      .optional()
      .meta({ description: '`true` when absent; `false`: the session may also replay, retry, cancel and rerun. Never keys or secrets.' }),
  })
  .meta({ id: 'CreatePortalLink' })

/** What a link is made with: an hour, and to read only, when nothing else is said. */
export function portalLinkOf({ expires_in_seconds, read_only }: z.output<typeof CreatePortalLink>): {
  sessionSeconds: number
  readOnly: boolean
} {
  return { sessionSeconds: expires_in_seconds ?? HOUR_SECONDS, readOnly: read_only ?? true }
}

/** The answer to it. */
export const PortalLink = z
  .object({
    url: z.string().meta({
      description: 'Good once and for 15 minutes. The code is in the fragment, which browsers send to nobody.',
      example: 'https://ringback.example/dashboard/portal#3600.q9Jt0n2yWm5cV8kZ1xR7bL4sH6dF3gA0pT2uE5iO8wY',
    }),
    expires_at: Time.meta({ description: 'When a session ends that is opened at once.' }),
  })
  .meta({ id: 'PortalLink' })
