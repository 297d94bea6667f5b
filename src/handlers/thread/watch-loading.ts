/** Watches for errors beside a module while it is loaded, which `import()` does not report. */
import { setImmediate } from '../primordials.ts'

/** The module waits for something that can never come. */
export class NeverLoaded extends Error {}

/** One watch over the loading of one module. */
export interface LoadingWatch {
  /** Rejects with what was thrown or rejected in the background, or with NeverLoaded. Never resolves. */
  trouble: Promise<never>
  end(): void
}

/**
 * Node emits `beforeExit` when its event loop is empty: neither a timer nor work in another thread, such as hashing, is pending. Without
 * this watch it would then print a warning and end the thread with exit code 13.
 */
export function watchLoading(): LoadingWatch {
  const { promise, reject } = Promise.withResolvers<never>()
  // It may reject when nothing awaits it any more.
  promise.catch(() => {})
  const refuse = (): void => {
    // The loop goes round once more, so that the refusal can be posted.
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
