/** Signing secrets and their rotation. */
import { z } from 'zod'
import { Time } from './time.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60
/** How long both secrets sign after a rotation that names no overlap. */
const OVERLAP_SECONDS = 24 * 60 * 60

/** A tenant's secret, with the one it replaced while both sign. */
export const SigningSecret = z
  .object({
    secret: z.string().meta({ example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    previous: z.string().nullable(),
    previous_expires_at: Time.nullable(),
  })
  .meta({ id: 'SigningSecret' })

/** The body of a rotation. */
export const RotateSecret = z
  .strictObject({
    overlap_seconds: z.int().min(0).max(WEEK_SECONDS).optional().meta({
      description: 'For so long every attempt is signed with both secrets; a day when absent, 0: the old one is gone at once.',
    }),
  })
  .meta({ id: 'RotateSecret' })

/** How long both secrets sign after this rotation, milliseconds. */
export function overlapMs({ overlap_seconds: seconds = OVERLAP_SECONDS }: z.output<typeof RotateSecret>): number {
  return seconds * 1000
}

/** The answer to the rotation of an endpoint's secret. */
export const RotatedSecret = z
  .object({ secret: z.string().meta({ description: 'Shown this once.' }), previous_expires_at: Time.nullable() })
  .meta({ id: 'RotatedSecret' })
