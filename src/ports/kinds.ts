/** What a lane holds. */
export const KINDS = ['job', 'delivery'] as const
/** One of `KINDS`. */
export type Kind = (typeof KINDS)[number]

/** Every kind of live connection. */
export const LIVE_KINDS = ['job_stream', 'feed_stream', 'socket'] as const
/** One of `LIVE_KINDS`. */
export type LiveKind = (typeof LIVE_KINDS)[number]
