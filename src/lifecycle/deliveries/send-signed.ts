import { callbackHeaders, type SentHeaders, timestampOf } from '../../domain/callback-headers.ts'
import type { SendOutcome } from '../../domain/delivery.ts'
import { sign, signingKey } from '../../domain/signature.ts'
import type { SigningSecret } from '../../domain/tenant.ts'
import type { Context } from '../process/context.ts'

export interface Aim {
  /** Newest first; several while a secret rotates. */
  secrets: readonly SigningSecret[]
  /** Custom headers. */
  headers: Readonly<Record<string, string>>
}

export interface Message {
  destination: string
  url: string
  eventId: string
  body: Uint8Array
}

/** One signed POST of an event's body: what came of it, and the headers it went out with. Recorded nowhere. */
export async function sendSigned(
  context: Context,
  { destination, url, eventId, body }: Message,
  { secrets, headers: custom }: Aim,
  startedAt: number,
  signal: AbortSignal,
): Promise<{ outcome: SendOutcome; sent: SentHeaders }> {
  const { version } = context.settings
  const timestampSeconds = timestampOf(startedAt)
  const keys = secrets.map(({ secret }) => signingKey(secret))
  const signature = sign(keys, eventId, timestampSeconds, body)
  const headers = callbackHeaders({ eventId, timestampSeconds, signature, version, custom })
  const outcome = await context.sender.send({ destination, url, headers, body }, signal)
  return { outcome, sent: { signature, version, custom: Object.keys(custom) } }
}
