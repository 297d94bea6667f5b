/** What a lane holds. */
export const KINDS = ['job', 'delivery'] as const
export type Kind = (typeof KINDS)[number]
