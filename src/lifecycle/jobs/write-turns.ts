/** Runs the writes of one record one after another. */
export interface WriteTurns {
  /** Runs `write` when all writes before it have settled; settles as it does. */
  run<T>(write: () => Promise<T>): Promise<T>
  /** Resolves when all writes so far have settled. */
  idle(): Promise<unknown>
}

/** No write is under way yet. */
export function createWriteTurns(): WriteTurns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(write) {
      const turn = last.then(write)
      last = turn.catch(() => {})
      return turn
    },
    idle: () => last,
  }
}
