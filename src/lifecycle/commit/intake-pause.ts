/** No turn takes new work while an outcome of earlier work cannot be recorded. In memory, of this process. */
export interface IntakePause {
  /** One more outcome waits until the store takes it. */
  pause(): void
  /** One outcome that has waited is recorded, or given up. */
  resume(): void
  isPaused(): boolean
  /** Outcomes that wait at present. */
  count(): number
}

/** A pause that nobody has asked for yet. */
export function createIntakePause(): IntakePause {
  let waiting = 0
  return {
    pause() {
      waiting += 1
    },
    resume() {
      waiting -= 1
    },
    isPaused: () => waiting > 0,
    count: () => waiting,
  }
}
