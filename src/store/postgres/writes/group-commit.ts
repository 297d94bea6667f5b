/** Changes of the same moment share a transaction, and so its way to the disk. */
import { StoreUnavailable } from '../../../ports/store.ts'
import { BatchFailed, type Connection } from '../connection/connect.ts'
import { errorOf, failureKind } from '../connection/failures.ts'
import type { Pool } from '../connection/pool.ts'
import type { Member } from './member.ts'
import { commitAlone, commitGroup } from './transaction.ts'

/** A group has at most so many changes and bytes: one large result must not hold the answers of five hundred. */
const GROUP = { changes: 512, bytes: 8 * 1024 * 1024 }
/** A group that the server ended in favour of another one is run again so often. */
const TRIES = 3

/** How much may wait. */
export interface WriteLimits {
  changes: number
  bytes: number
}

/** A transaction is durable: for the operator's figures. */
export interface Group {
  members: number
  ms: number
}

/** The changes that are on their way. */
export interface GroupCommit {
  /** Answers when it is durable. False: a guard missed and nothing was written. */
  write(member: Member): Promise<boolean>
  /** The last refusal of the server, until something is written again. */
  trouble(): StoreUnavailable | null
  waiting(): { changes: number; bytes: number }
  /** Resolves when all that waits has been answered. */
  drained(): Promise<void>
}

interface Waiting {
  member: Member
  resolve(held: boolean): void
  reject(error: Error): void
}

/** @param groups under way at a time: the size of the pool */
export function createGroupCommit(pool: Pool, groups: number, limits: WriteLimits, onGroup: (group: Group) => void): GroupCommit {
  const queue: Waiting[] = []
  /** Rows of groups under way: a later change of one of them waits, so that the changes of a row keep their order. */
  const locked = new Set<string>()
  let running = 0
  let starting = false
  let count = 0
  let bytes = 0
  let trouble: StoreUnavailable | null = null
  let drains: (() => void)[] = []

  function settle({ member, resolve, reject }: Waiting, answer: boolean | Error): void {
    count--
    bytes -= member.bytes
    if (answer instanceof Error) reject(answer)
    else resolve(answer)
    const refusal = answer instanceof StoreUnavailable ? answer : null
    if (refusal !== null || !(answer instanceof Error)) trouble = refusal
    if (count > 0) return
    for (const drained of drains) drained()
    drains = []
  }

  /** The oldest changes that may go together. One with a late guard goes alone. */
  function takeGroup(): Waiting[] {
    const group: Waiting[] = []
    const passed = new Set(locked)
    let weight = 0
    for (let at = 0; at < queue.length && group.length < GROUP.changes && weight < GROUP.bytes; ) {
      const one = queue[at] as Waiting
      const isLate = one.member.guards === 'late'
      const mayGo = !intersects(one.member.rows, passed) && !(isLate && group.length > 0)
      if (!mayGo) {
        // What comes behind it for the same rows waits too.
        for (const row of one.member.rows) passed.add(row)
        at++
        continue
      }
      queue.splice(at, 1)
      group.push(one)
      weight += one.member.bytes
      if (isLate) break
    }
    return group
  }

  async function runGroup(connection: Connection): Promise<void> {
    const group = takeGroup()
    if (group.length === 0) return
    const rows = new Set(group.flatMap(({ member }) => [...member.rows]))
    for (const row of rows) locked.add(row)
    const startedAt = performance.now()
    try {
      await answerGroup(connection, group)
      onGroup({ members: group.length, ms: performance.now() - startedAt })
    } finally {
      for (const row of rows) locked.delete(row)
      pump()
    }
  }

  async function answerGroup(connection: Connection, group: readonly Waiting[], tries = 1): Promise<void> {
    const [first] = group
    try {
      const members = group.map(({ member }) => member)
      const answers =
        first?.member.guards === 'late' ? [await commitAlone(connection, first.member)] : await commitGroup(connection, members)
      for (const [at, one] of group.entries()) settle(one, answers[at] ?? false)
    } catch (error) {
      const cause = error instanceof BatchFailed ? error.cause : error
      const kind = connection.alive() ? failureKind(cause) : 'unreachable'
      if (kind === 'again' && tries < TRIES) return answerGroup(connection, group, tries + 1)
      // Only the culprit fails, and one that waits for a stranger's lock delays nobody else for long.
      const apart = kind === 'statement' || kind === 'busy' || kind === 'again'
      if (apart && group.length > 1) for (const one of group) await answerGroup(connection, [one])
      else for (const one of group) settle(one, connection.alive() ? errorOf(cause) : lost(cause))
    }
  }

  function lost(cause: unknown): StoreUnavailable {
    const message = 'the connection to PostgreSQL was lost while it wrote: it is not known whether it has'
    return new StoreUnavailable('unreachable', message, { cause })
  }

  /** Changes of one turn of the event loop are gathered before the first group of them starts. */
  function pump(): void {
    if (starting) return
    starting = true
    setImmediate(() => {
      starting = false
      if (queue.length === 0 || running >= groups) return
      running++
      const before = queue.length
      void pool
        .use(runGroup)
        .catch((error: unknown) => {
          for (const one of queue.splice(0)) settle(one, errorOf(error))
        })
        .finally(() => {
          running--
          // What is left waits for rows of another group, whose end comes back here.
          if (queue.length > 0 && queue.length < before) pump()
        })
      if (queue.length > 0 && running < groups) pump()
    })
  }

  return {
    write(member) {
      if (count >= limits.changes || (bytes > 0 && bytes + member.bytes > limits.bytes)) {
        return Promise.reject(new StoreUnavailable('overloaded', `${count} changes of ${bytes} bytes wait for PostgreSQL`))
      }
      count++
      bytes += member.bytes
      return new Promise((resolve, reject) => {
        queue.push({ member, resolve, reject })
        pump()
      })
    },
    trouble: () => trouble,
    waiting: () => ({ changes: count, bytes }),
    drained: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => drains.push(resolve))),
  }
}

function intersects(rows: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const row of rows) if (others.has(row)) return true
  return false
}
