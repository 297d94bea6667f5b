/** How the statements are run: `threaded.ts` for a file, `inline.ts` in memory. The store above knows no difference. */
import type { Health } from '../../../ports/health.ts'
import type { ClaimedDeliveryRows, ClaimedJobRows } from '../queries/claims.ts'
import type { KeyReads } from '../queries/key-reads.ts'
import type { Scans } from '../queries/scans.ts'
import type { Work } from './group-commit.ts'

export type AnswerTo<W extends Work> = W extends { steps: unknown }
  ? boolean
  : W extends { claimJobs: unknown }
    ? ClaimedJobRows
    : ClaimedDeliveryRows

/** Everything here fails with `StoreUnavailable`, or with a plain Error for a bug. */
export interface Driver {
  /** Answers when it is durable. */
  write<W extends Work>(work: W): Promise<AnswerTo<W>>
  /** Runs at once on the reading connection; all reads of one turn see one snapshot, unless a commit is answered between them. */
  read<T>(ask: (reads: KeyReads) => T): T
  /** Runs where it cannot hold the loop. */
  scan<Name extends keyof Scans>(name: Name, ...args: Parameters<Scans[Name]>): Promise<ReturnType<Scans[Name]>>
  health(): Promise<Health>
  /** Answers what is under way, then lets the file go. */
  close(): Promise<void>
}
