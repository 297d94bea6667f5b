import type { SendOutcome } from '../domain/attempt.ts'

/** One signed request to a receiver. */
export interface SendRequest {
  /** The connection pool: nothing is shared between destinations. */
  destination: string
  /** The canonical URL. */
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}

/** Sends callbacks over HTTP, and never to an address that is not allowed. */
export interface Sender {
  /** One POST with a total deadline. Never rejects for anything a receiver can do. An abort gives `interrupted`. */
  send(request: SendRequest, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}
