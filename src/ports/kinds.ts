/** What a lane holds. */
export const KINDS = ['job', 'delivery'] as const
/** One of `KINDS`. */
export type Kind = (typeof KINDS)[number]
