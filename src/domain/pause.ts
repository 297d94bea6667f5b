/** Pauses, which hold back what has not begun: of a destination its tries, of a job type its runs. Times in milliseconds. */

/** A pause ends by itself after this. */
const LONGEST_PAUSE_MS = 30 * 24 * 60 * 60 * 1000

/** When it began and when it ends. Both stand until what waited meanwhile has got that time back. */
export interface Pause {
  pausedAt: number | null
  pausedUntil: number | null
}

/** The pause of a job type, in which no run of it begins. */
export interface JobTypePause {
  type: string
  pausedAt: number
  pausedUntil: number
}

/** Whether nothing may begin now. */
export function isPaused({ pausedUntil }: Pause, now: number): boolean {
  return pausedUntil !== null && now < pausedUntil
}

/** A pause from `now` on; one that goes on is as long again. */
export function pausedFrom(pausedAt: number | null, now: number): { pausedAt: number; pausedUntil: number } {
  return { pausedAt: pausedAt ?? now, pausedUntil: now + LONGEST_PAUSE_MS }
}

/** When a pause that is ended at `now` has ended: one that is over by itself at its own end. */
export function endOfPause(pausedUntil: number, now: number): number {
  return Math.min(now, pausedUntil)
}
