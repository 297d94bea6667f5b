/** Time. All values in milliseconds. */
export interface Clock {
  /** Wall time, milliseconds since the epoch. */
  now(): number
  /** Never goes back; only differences mean anything. */
  monotonic(): number
  /** Calls `run` once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void
  /** Resolves after `ms`, or as soon as `signal` is aborted. Does not keep the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `run` once when `ms` have passed in which the process was alive, and what waits in the sockets by then has been read;
   * the answer cancels it. For every decision by timer: a process that stood still must not decide on answers it has not read.
   */
  deadline(ms: number, run: () => void): () => void
}

/** A number in [0, 1). */
export type Random = () => number

/** `Clock.sleep` over a clock's `after`. */
export function sleepOver(after: Clock['after']): Clock['sleep'] {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = () => {
        cancel()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const cancel = after(ms, end)
      signal?.addEventListener('abort', end)
    })
}

/** The kinds of ids, each the prefix of its ids. */
export type IdKind = 'job' | 'evt' | 'dlv' | 'ep' | 'key' | 'tnt' | 'aud' | 'req'

/** Makes ids. */
export interface Ids {
  /** A fresh id, sortable by creation: `<kind>_` + 32 lowercase hex digits. */
  next(kind: IdKind): string
}

/** Writes a line of the log. An `error` is described as `domain/describe-error.ts` describes it, in the field `error`. Never throws. */
type WriteLine = (fields: object, message: string, error?: unknown) => void

/** The operator's log. */
export interface Log {
  debug: WriteLine
  info: WriteLine
  warn: WriteLine
  error: WriteLine
}
