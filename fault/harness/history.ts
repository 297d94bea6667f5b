/**
 * The history of a fault run: what clients asked and were told, what receivers got, and what was broken when. One JSON
 * line an entry, in the order the checker learned it; `at` decides what came before what.
 *
 * Times are milliseconds of the machine's monotonic clock, which every process of a run shares.
 */

export type Entry =
  /** `slots`: callbacks the service may have in flight at once. `boundMs`: how long after `calm` a job may still be open. */
  | { kind: 'setup'; at: number; slots: number; boundMs: number }
  /**
   * A submit leaves; the same request goes out again, under the same idempotency key, when it got no answer. `attempts`: how
   * many the job needs when nothing is broken.
   */
  | { kind: 'request'; at: number; request: string; callback: boolean; attempts: number }
  /** Its 202 has come. `replayed`: the service says that an earlier submit of this request has made the job. */
  | { kind: 'ack'; at: number; request: string; jobId: string; replayed: boolean }
  /** It got no answer (null), or another than 202. */
  | { kind: 'refused'; at: number; request: string; httpStatus: number | null }
  /** A GET of a job's status: asked at `from`, answered at `at`. */
  | {
      kind: 'poll'
      from: number
      at: number
      jobId: string
      httpStatus: number
      status: string | null
      attempt: number
      maxAttempts: number
      /** `callback.status`, or null for a job without a callback. */
      callback: string | null
    }
  /** A callback arrived whole and is about to be answered with `answered` (0: never). `verified` is the word of the reference library. */
  | {
      kind: 'hit'
      at: number
      jobId: string
      status: string
      webhookId: string
      headers: Record<string, string>
      bodyHash: string
      verified: boolean
      answered: number
    }
  /** A delivery as the service tells it at the end: its state, and the numbers of its attempt log, oldest first. */
  | { kind: 'delivery'; at: number; jobId: string; webhookId: string; status: string; attempts: number[] }
  /** The service is started, is ready `ms` after that, is told to stop, is killed. `process`: which one, where it has several. */
  | { kind: 'start'; at: number; process?: string }
  | { kind: 'ready'; at: number; ms: number; process?: string }
  | { kind: 'stop'; at: number; process?: string }
  | { kind: 'kill'; at: number; process?: string }
  /** It is frozen for `ms` milliseconds. */
  | { kind: 'freeze'; at: number; ms: number; process?: string }
  /** What the service says of itself when all is settled: counted since its last start (labels summed up), and what is open now. */
  | {
      kind: 'metrics'
      at: number
      submitted: number
      /** Jobs by final status. */
      ended: Record<string, number>
      /** Tries of callbacks by outcome: `2xx`, `5xx`, … or the class of an error. */
      attempts: Record<string, number>
      deadLetters: number
      openJobs: number
      openDeliveries: number
    }
  /** No more faults from here on. */
  | { kind: 'calm'; at: number }

export type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>
export type Poll = EntryOf<'poll'>
export type Hit = EntryOf<'hit'>

/** Now, on the clock of `Entry.at`. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function parseHistory(lines: string): Entry[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
}

export function entriesOf<K extends Entry['kind']>(history: readonly Entry[], kind: K): EntryOf<K>[] {
  return history.filter((entry): entry is EntryOf<K> => entry.kind === kind).sort((a, b) => a.at - b.at)
}

export function isTerminal(status: string | null): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled'
}

export function isAccepted(hit: Hit): boolean {
  return hit.answered >= 200 && hit.answered <= 299
}
