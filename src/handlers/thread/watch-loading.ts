/** In the thread: what goes wrong beside a module while it is loaded, where `import()` tells of nothing. */
import { setImmediate } from '../own-globals.ts'

/** The module's own code has ended nothing and failed nothing, but it will never be loaded. */
export class NeverLoaded extends Error {}

export interface LoadingWatch {
  /** Rejects with what was thrown or rejected in the background, or with NeverLoaded. Never resolves. */
  trouble: Promise<never>
  end(): void
}

/**
 * Node itself knows when nothing can come any more, neither a timer nor work in another thread such as hashing: the loop is
 * empty. Left alone it would print a warning, and end the thread with exit code 13.
 */
export function watchLoading(): LoadingWatch {
  const { promise, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting any more when it comes.
  promise.catch(() => {})
  const refuse = (): void => {
    // The loop goes round once more, so that the refusal can be told.
    setImmediate(() => reject(new NeverLoaded('has a top-level await that never ends')))
  }
  process.once('beforeExit', refuse)
  process.on('uncaughtException', reject)
  process.on('unhandledRejection', reject)
  return {
    trouble: promise,
    end() {
      process.off('beforeExit', refuse)
      process.off('uncaughtException', reject)
      process.off('unhandledRejection', reject)
    },
  }
}
