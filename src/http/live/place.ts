import { ProblemError } from '../../domain/errors.ts'
import { type Live, type LiveConnection, MOST_LIVE } from '../../lifecycle/process/live.ts'

/** `Live.open`; the fields of the tenant's limit go with a refusal that comes of it. */
export function takePlace(live: Live, connection: LiveConnection, headers: Record<string, string>): () => void {
  try {
    return live.open(connection)
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'rate_limited') {
      headers['ratelimit-policy'] = `"streams";q=${MOST_LIVE.tenant}`
      headers.ratelimit = `"streams";r=0;t=${error.retryAfterSeconds ?? 1}`
    }
    throw error
  }
}
