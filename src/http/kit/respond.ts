/** Answers. Headers are plain objects, which the Node adapter writes as they are, without building `Headers`. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

const COMMON = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' } as const

/** The header of answers that no cache may keep. */
export const NO_STORE = { 'cache-control': 'no-store' } as const

/** An answer whose body is JSON text or, with a `content-type` among the headers, anything. Header names in lower case. */
export function respond(status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, { status, headers: { ...COMMON, ...headers } })
}

/** A document as JSON that no cache may keep. */
export function respondJson(status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return respond(status, JSON.stringify(document), { ...NO_STORE, ...headers })
}

/** Status and headers only. */
export function respondEmpty(status: 204 | 303 | 304, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { 'x-content-type-options': 'nosniff', ...headers } })
}

/** The answer of a handler that has written to the connection itself. */
export const ALREADY_SENT = RESPONSE_ALREADY_SENT
// The adapter answers from what it remembers of a response, unless somebody has asked for more of it than its status.
void ALREADY_SENT.body
