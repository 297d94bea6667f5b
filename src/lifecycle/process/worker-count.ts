/** How many worker processes there are, this one among them, as far as this process knows. */
export interface WorkerCount {
  current(): number
  set(count: number): void
}

/** One, until somebody has counted. */
export function createWorkerCount(): WorkerCount {
  let count = 1
  return {
    current: () => count,
    set(counted) {
      count = counted
    },
  }
}
