import { type Event, eventBody } from '../../domain/event.ts'

const UTF8 = new TextDecoder()
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * An event of the feed as JSON text. The members of the callback's body stand in it as the very bytes that are sent. A damaged body
 * is left out, because the page would be no JSON with it.
 *
 * @param shown `tenantId` adds `tenant_id`
 */
export function eventDocument(event: Event, shown: { tenantId: boolean }): string {
  const { id, tenantId, type, jobId, createdAt } = event
  const body = event.body[0] === OPEN && event.body.at(-1) === CLOSE ? event.body : eventBody(type, createdAt, 'null')
  const head = JSON.stringify({ id, ...(shown.tenantId ? { tenant_id: tenantId } : {}), job_id: jobId })
  return `${head.slice(0, -1)},${UTF8.decode(body).slice(1)}`
}
