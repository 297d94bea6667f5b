/** Ends of turns of the event loop: what waits for one goes on together with all that waits for the same. */
export interface Turns {
  /** Resolves when the requests that this turn has read are all dealt with. */
  ended(): Promise<void>
}

/** Turns of this thread's event loop. */
export function createTurns(): Turns {
  let pending: Promise<void> | null = null
  return {
    ended() {
      pending ??= new Promise((resolve) =>
        setImmediate(() => {
          pending = null
          resolve()
        }),
      )
      return pending
    },
  }
}
