/** In the thread: what goes wrong beside a module while it is loaded, where `import()` tells of nothing. */

/** Between two looks at what the thread still waits for: milliseconds. */
const LOOK_EVERY = 250
/** Looks in a row that find nothing: then nothing can come any more. */
const IDLE_LOOKS = 8

/** The module's own code has ended nothing and failed nothing, but it will never be loaded. */
export class NeverLoaded extends Error {}

export interface LoadingWatch {
  /** Rejects with what was thrown or rejected in the background, or with NeverLoaded. Never resolves. */
  trouble: Promise<never>
  end(): void
}

/** While it watches, the thread does not end by itself: Node would only print a warning, and end with exit code 13. */
export function watchLoading(): LoadingWatch {
  const { promise, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting any more when it comes.
  promise.catch(() => {})
  const awaitedBefore = process.getActiveResourcesInfo().length
  let idle = 0
  const timer = setInterval(() => {
    // One of them is this timer.
    idle = process.getActiveResourcesInfo().length > awaitedBefore + 1 ? 0 : idle + 1
    if (idle === IDLE_LOOKS) reject(new NeverLoaded('has a top-level await that never ends'))
  }, LOOK_EVERY)
  process.on('uncaughtException', reject)
  process.on('unhandledRejection', reject)
  return {
    trouble: promise,
    end() {
      clearInterval(timer)
      process.off('uncaughtException', reject)
      process.off('unhandledRejection', reject)
    },
  }
}
