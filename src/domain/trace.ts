/** W3C Trace Context. */

const TRACE_BYTES = 16
const SPAN_BYTES = 8

/** A fresh `traceparent` of version 00, sampled by nobody: a trace begins with a request that belongs to none. */
export function newTraceparent(randomBytes: (size: number) => Uint8Array): string {
  const hex = Buffer.from(randomBytes(TRACE_BYTES + SPAN_BYTES)).toString('hex')
  return `00-${hex.slice(0, 2 * TRACE_BYTES)}-${hex.slice(2 * TRACE_BYTES)}-00`
}
