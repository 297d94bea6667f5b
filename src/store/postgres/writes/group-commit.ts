/** Changes of the same moment share a transaction, and so its way to the disk. */
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Connection } from '../connection/connect.ts'
import { errorOf } from '../connection/failures.ts'
import type { Pool } from '../connection/pool.ts'
import { type Attempt, runAttempt, unknownOutcome } from './attempt.ts'
import type { Member } from './member.ts'

/** A group has at most so many changes and bytes: one large result must not hold the answers of five hundred. */
const GROUP = { changes: 512, bytes: 8 * 1024 * 1024 }
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

  /** Takes a group when there is a connection for it, and stays with it until each of its changes is answered. */
  async function runGroup(): Promise<void> {
    let work: Attempt<Waiting>[] | null = null
    let rows: ReadonlySet<string> = new Set()
    const begin = async (connection: Connection) => {
      const group = takeGroup()
      if (group.length === 0) return []
      rows = new Set(group.flatMap(({ member }) => [...member.rows]))
      for (const row of rows) locked.add(row)
      return runAll(connection, [{ group, tries: 1, lost: null }])
    }
    try {
      do {
        const left: Attempt<Waiting>[] | null = work
        work = await pool.use((connection) => (left === null ? begin(connection) : runAll(connection, left)))
      } while (work.length > 0)
    } catch (error) {
      if (work === null) throw error
      for (const { group, lost } of work) for (const one of group) settle(one, lost === null ? errorOf(error) : unknownOutcome(lost))
    } finally {
      for (const row of rows) locked.delete(row)
      if (rows.size > 0) pump()
    }
  }

  /** Gives what is left for another connection, because this one was lost. */
  async function runAll(connection: Connection, work: readonly Attempt<Waiting>[]): Promise<Attempt<Waiting>[]> {
    const left = [...work]
    for (let attempt = left.shift(); attempt !== undefined; attempt = left.shift()) {
      const startedAt = performance.now()
      const verdict = await runAttempt(connection, attempt)
      if ('next' in verdict) left.unshift(...verdict.next)
      else {
        for (const [at, one] of attempt.group.entries()) settle(one, verdict.answers[at] ?? false)
        if (verdict.answers.some((answer) => answer === true)) {
          onGroup({ members: attempt.group.length, ms: performance.now() - startedAt })
        }
      }
      if (!connection.alive()) break
    }
    return left
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
      void runGroup()
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
