/** An event: something that happened, with the body bytes every callback of it carries. */

/** Events that tell of trouble and of its end. */
export const ALERT_EVENT_TYPES = ['delivery.dead', 'destination.failing', 'destination.recovered', 'job.stuck'] as const
/** One of `ALERT_EVENT_TYPES`. */
export type AlertEventType = (typeof ALERT_EVENT_TYPES)[number]

/** Whether an event is an alert: whatever becomes of its deliveries, no alert tells of it, or trouble would tell of itself for ever. */
export function isAlert(eventType: string): boolean {
  return ALERT_EVENT_TYPES.some((type) => type === eventType)
}

/** An event as it is stored. */
export interface Event {
  /** Also the `webhook-id` of every attempt. */
  id: string
  tenantId: string
  type: string
  /** The job it is about, or null. */
  jobId: string | null
  /** The callback's body, frozen when the event is made (UTF-8 JSON). */
  body: Uint8Array
  createdAt: number
}

/** The body of a callback: `{type, timestamp, data}` around a document that is already JSON text. */
export function eventBody(type: string, at: number, dataJson: string): Uint8Array {
  return new TextEncoder().encode(
    `{"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(new Date(at).toISOString())},"data":${dataJson}}`,
  )
}
