import type { SendOutcome } from '../../domain/attempt.ts'

/** A test event and what came of it. */
export interface EndpointTestResult {
  eventId: string
  url: string
  outcome: SendOutcome
}

/** The answer to a test of an endpoint. The receiver's bytes are text here; what is not UTF-8 in them becomes U+FFFD. */
export function endpointTestDocument({ eventId, url, outcome }: EndpointTestResult) {
  return {
    event_id: eventId,
    url,
    delivered: outcome.status !== null && outcome.status >= 200 && outcome.status <= 299,
    status: outcome.status,
    error: outcome.error,
    error_cause: outcome.errorCause,
    ms: outcome.ms,
    response_headers: outcome.responseHeaders,
    response_body: new TextDecoder().decode(outcome.responseBody),
  }
}
