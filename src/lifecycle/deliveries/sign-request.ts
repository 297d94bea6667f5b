import { callbackHeaders, type SentHeaders, timestampOf } from '../../domain/callback-headers.ts'
import { sign, signingKey } from '../../domain/signature.ts'
import type { SigningSecret } from '../../domain/tenant.ts'
import type { SendRequest } from '../../ports/sender.ts'

/** What a request carries besides its event, as it is at the moment of the attempt. */
export interface RequestParts {
  /** Newest first; several while a secret rotates. */
  secrets: readonly SigningSecret[]
  /** Custom headers. */
  headers: Readonly<Record<string, string>>
}

/** An event on its way to one URL. */
export interface Message {
  destination: string
  url: string
  eventId: string
  body: Uint8Array
  traceparent?: string | undefined
}

/**
 * The signed request of one attempt, and what of its headers the attempt log keeps.
 *
 * @param at when the attempt begins, milliseconds since the epoch: the signed timestamp
 * @param version Ringback's
 */
export function signRequest(
  { destination, url, eventId, body, traceparent }: Message,
  { secrets, headers: custom }: RequestParts,
  at: number,
  version: string,
): { request: SendRequest; sent: SentHeaders } {
  const timestampSeconds = timestampOf(at)
  const keys = secrets.map(({ secret }) => signingKey(secret))
  const signature = sign(keys, eventId, timestampSeconds, body)
  const headers = callbackHeaders({ eventId, timestampSeconds, signature, version, custom, traceparent })
  return {
    request: { destination, url, headers, body },
    sent: { signature, version, custom: Object.keys(custom), ...(traceparent === undefined ? {} : { traceparent }) },
  }
}
