/** A job type done by an HTTP endpoint that the operator trusts. Pure. */

/** What the operator says of one upstream. Null: the configured default, or none. */
export interface Upstream {
  type: string
  url: string
  /** Of the request that tells it of a cancel; `{job_id}` stands for the job's id. */
  cancelUrl: string | null
  timeoutMs: number | null
  maxAttempts: number | null
  /** Runs at a time in one process. */
  concurrency: number | null
  steps: readonly string[]
  /** JSON Schema of the payload. */
  inputSchema: object | boolean | null
  /** Sent with every request, names in lower case. The values are secrets. */
  headers: Readonly<Record<string, string>>
}
