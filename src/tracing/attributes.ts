/**
 * Names of attributes. Those of HTTP, servers and errors are stable in OpenTelemetry's semantic conventions; those of messaging are still
 * in development there, so they stand in this file alone.
 */

/** Names in spans of requests. */
export const HTTP = {
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  resend: 'http.request.resend_count',
  address: 'server.address',
  port: 'server.port',
} as const

/** Names in spans of jobs and events. */
export const MESSAGING = {
  system: 'messaging.system',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  messageId: 'messaging.message.id',
} as const

/** The class of a failure. */
export const ERROR_TYPE = 'error.type'

/** Names of our own. */
export const RINGBACK = { tenant: 'ringback.tenant.id', attempt: 'ringback.attempt' } as const
