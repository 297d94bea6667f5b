/** Time and chance as the client is handed them, and waiting over them. Milliseconds throughout. */

/** What the client takes from the world besides `fetch`; tests hand in a clock that they push. */
export interface Time {
  /** Since the epoch. */
  now(): number
  /** Never goes back; only differences mean anything. */
  monotonic(): number
  /** Calls `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
  /** In [0, 1). */
  random(): number
}

/** The longest time that a timer of every runtime can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The real one. */
export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

/** Resolves after `ms`. Rejects with the reason of `signal` as soon as that is aborted. */
export function sleep({ after }: Pick<Time, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    const cancel = after(ms, end)
    signal?.addEventListener('abort', end)
  })
}

/** What ends work before its own end. */
export interface Limit {
  /** Null: no limit of time. */
  ms: number | null
  signal?: AbortSignal | undefined
}

/** The reason with which `within` aborts work that took too long. */
export class TookTooLong extends Error {
  constructor(ms: number) {
    super(`no whole answer within ${Math.ceil(ms / 1000)} s`)
  }
}

/**
 * Does `work` with a signal that is aborted at the limit. Rejects with the reason at once then, whether or not the work has heard the
 * signal: a `fetch` that was handed in may not.
 */
export async function within<T>({ after }: Pick<Time, 'after'>, limit: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { ms, signal } = limit
  signal?.throwIfAborted()
  const own = new AbortController()
  const follow = () => own.abort(signal?.reason)
  signal?.addEventListener('abort', follow)
  const cancel = ms === null ? () => {} : after(ms, () => own.abort(new TookTooLong(ms)))
  const aborted = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason))
  })
  try {
    return await Promise.race([work(own.signal), aborted])
  } finally {
    cancel()
    signal?.removeEventListener('abort', follow)
  }
}
