/** One try to write a group of changes, and what is to be tried after it. */
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Connection } from '../connection/connect.ts'
import { errorOf, failureKind, isDuplicate } from '../connection/failures.ts'
import { causeOf } from '../queries/ask.ts'
import type { Member } from './member.ts'
import { fateOf, isWritten } from './outcome.ts'
import { CommitLost, commitAlone, commitGroup } from './transaction.ts'

/** A group whose transaction the server ended in favour of another one, or that lost its connection, is run so often at most. */
const TRIES = 4

/** Changes that are to be one transaction. */
export interface Attempt<One extends { member: Member }> {
  group: readonly One[]
  /** Which one it is, from 1. */
  tries: number
  /** The try before, when it lost its connection in COMMIT. */
  lost: CommitLost | null
}

/** The answer to each change of the group, or what is to be tried next. */
export type Verdict<One extends { member: Member }> = { answers: readonly (boolean | Error)[] } | { next: Attempt<One>[] }

/** Never rejects. When the connection is lost, what is next is for another one. */
export async function runAttempt<One extends { member: Member }>(
  connection: Connection,
  { group, tries, lost }: Attempt<One>,
): Promise<Verdict<One>> {
  const all = (error: Error): Verdict<One> => ({ answers: group.map(() => error) })
  const again = (left: CommitLost | null): Verdict<One> => ({ next: [{ group, tries: tries + 1, lost: left }] })
  let open = lost
  try {
    if (open !== null && open.number !== null) {
      const fate = await fateOf(connection, open)
      if (fate === 'written') return { answers: open.answers }
      if (fate === 'unknown') return all(unknownOutcome(open))
      open = null
    }
    return { answers: await commit(connection, group) }
  } catch (error) {
    const cause = causeOf(error)
    if (!connection.alive()) {
      const left = cause instanceof CommitLost ? cause : open
      if (tries < TRIES) return again(left)
      return all(left === null ? errorOf(cause) : unknownOutcome(left))
    }
    if (open !== null) {
      const written = isDuplicate(cause) ? await tracesOf(connection, open) : null
      if (written === null) return all(unknownOutcome(open))
      if (written) return { answers: open.answers }
    }
    const kind = failureKind(cause)
    if (kind === 'again' && tries < TRIES) return again(null)
    // Only the culprit fails, and one that waits for a stranger's lock delays nobody else for long.
    const apart = kind === 'statement' || kind === 'busy' || kind === 'again'
    return apart && group.length > 1 ? { next: group.map((one) => ({ group: [one], tries: 1, lost: null })) } : all(errorOf(cause))
  }
}

/** What a caller is told whose change may have been written or not. */
export function unknownOutcome(cause: CommitLost): StoreUnavailable {
  const message = 'the connection to PostgreSQL was lost while it wrote: it is not known whether it has'
  return new StoreUnavailable('unreachable', message, { cause })
}

/** One with a late guard is alone in its group. */
async function commit(connection: Connection, group: readonly { member: Member }[]): Promise<boolean[]> {
  const members = group.map(({ member }) => member)
  const [first] = members
  return first?.guards === 'late' ? [await commitAlone(connection, first)] : commitGroup(connection, members)
}

/** Whether the transaction has left what only it inserts; null: that could not be asked. */
async function tracesOf(connection: Connection, { trace }: CommitLost): Promise<boolean | null> {
  return trace === null ? null : isWritten(connection, trace).catch(() => null)
}
