/** Runs what concerns one lane one after another: claims of a process do not race each other for the lane's lock. */
export interface LaneTurns {
  /** Runs `claim` when those before it in this lane have settled; settles as it does. */
  run<T>(lane: string, claim: () => Promise<T>): Promise<T>
}

/** No claim is under way yet. */
export function createLaneTurns(): LaneTurns {
  const last = new Map<string, Promise<unknown>>()
  return {
    run(lane, claim) {
      const turn = (last.get(lane) ?? Promise.resolve()).then(claim)
      const settled = turn.then(
        () => {},
        () => {},
      )
      last.set(lane, settled)
      void settled.then(() => {
        if (last.get(lane) === settled) last.delete(lane)
      })
      return turn
    },
  }
}
