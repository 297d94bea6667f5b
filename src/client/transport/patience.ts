/** How long the client waits before it tries again, and when it gives up. */
import { RingbackError } from './errors.ts'
import { sleep, type Time } from './time.ts'

/** Milliseconds without `Retry-After`: the first wait at least, and every one at most. */
const SHORTEST_MS = 500
const LONGEST_MS = 8_000

/** Milliseconds from the first failure in a row on, after which no other try begins. */
export const BUDGET_MS = 90_000

/** Whether the same request may succeed later, and nothing tells that it did any harm to send it again. */
function isPassing(error: unknown): error is RingbackError {
  if (!(error instanceof RingbackError)) return false
  const { status, code } = error
  return code === 'network_error' || status === 429 || (status >= 502 && status <= 504) || (status === 409 && code === 'in_flight')
}

/** Counts failures in a row. */
export interface Patience {
  /** Milliseconds to wait after this failure. Throws it when it does not pass by itself, or when the budget would be spent by then. */
  waitAfter(error: unknown): number
  /** It went well: the next failure is a first one. */
  reset(): void
}

/** @param budgetMs null: it waits for ever */
export function createPatience(time: Time, budgetMs: number | null): Patience {
  let failures = 0
  let since = 0
  return {
    waitAfter(error) {
      if (!isPassing(error)) throw error
      const now = time.monotonic()
      if (failures === 0) since = now
      const asked = (error.retryAfterSeconds ?? 0) * 1000
      const wait = asked > 0 ? asked : backoff(failures, time.random())
      if (budgetMs !== null && now - since + wait > budgetMs) throw error
      failures += 1
      return wait
    },
    reset() {
      failures = 0
    },
  }
}

/** Does `attempt` until it goes well, fails for good, or the budget is spent; then rejects with its last failure. */
export async function persistently<T>(
  time: Time,
  { budgetMs, signal }: { budgetMs: number | null; signal?: AbortSignal | undefined },
  attempt: () => Promise<T>,
): Promise<T> {
  const patience = createPatience(time, budgetMs)
  for (;;) {
    let wait: number
    try {
      return await attempt()
    } catch (error) {
      wait = patience.waitAfter(error)
    }
    await sleep(time, wait, signal)
  }
}

/** Doubles from one to eight seconds; of that at least half, at random, so that what failed together does not come back together. */
function backoff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, 2 * SHORTEST_MS * 2 ** Math.min(failures, 16))
  return (ceiling / 2) * (1 + random)
}
