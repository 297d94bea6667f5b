/** Groups of changes in one transaction, in as few round trips as their guards allow. */
import { messageOf } from '../../../domain/describe-error.ts'
import { BatchFailed, type Connection } from '../connection/connect.ts'
import type { Command, Outcome } from '../connection/wire.ts'
import { LOCK_HORIZON } from '../queries/horizon.ts'
import type { BoundWrite, Member } from './member.ts'

const command = (sql: string): Command => ({ sql, name: sql.toLowerCase(), values: [] })
/** Begins a transaction. */
export const BEGIN = command('BEGIN')
/** Ends it. See `assertCommitted`. */
export const COMMIT = command('COMMIT')
const ROLLBACK = command('ROLLBACK')
/** The transaction's number, under which the server can be asked later what became of it. */
const NUMBER: Command = { sql: 'SELECT pg_current_xact_id()::text AS number', name: 'transaction number', values: [] }

/** The connection was lost while COMMIT was under way: see `outcome.ts`. */
export class CommitLost extends Error {
  /** Null: the changes were one round trip, and the number was in the answer. Then there is a trace. */
  readonly number: string | null
  /** Asks for a record that only this transaction inserts. */
  readonly trace: Command | null
  /** When the server was started that had the transaction. */
  readonly serverStart: string
  /** For each change whether it was written, if the transaction was. */
  readonly answers: readonly boolean[]

  constructor(known: Pick<CommitLost, 'number' | 'trace' | 'serverStart' | 'answers'>, cause: unknown) {
    super(`the connection to PostgreSQL was lost while it committed: ${messageOf(cause)}`, { cause })
    this.name = 'CommitLost'
    this.number = known.number
    this.trace = known.trace
    this.serverStart = known.serverStart
    this.answers = known.answers
  }
}

/** A COMMIT of a transaction that had failed is no error to PostgreSQL: it answers ROLLBACK. */
export function assertCommitted(outcome: Outcome | undefined): void {
  if (outcome?.tag !== 'COMMIT') throw new Error(`the transaction was not committed but ended with ${outcome?.tag}`)
}

/** Runs the statements and COMMIT; gives the statements' outcomes. */
async function runAndCommit({ run }: Connection, commands: readonly Command[]): Promise<Outcome[]> {
  const outcomes = await run([...commands, COMMIT])
  assertCommitted(outcomes.pop())
  return outcomes
}

/** Ends a transaction of which nothing is to stay. A lost connection has ended it as well. */
export async function rollback({ alive, run }: Connection): Promise<void> {
  if (alive()) await run([ROLLBACK]).catch(() => {})
}

/** A write with what it must lock before. */
function commandsOf({ before, command }: BoundWrite): Command[] {
  return before === null ? [command] : [before, command]
}

function horizonOfMembers(members: readonly Member[]): Command[] {
  return members.some((one) => one.insertsEvents) ? [LOCK_HORIZON] : []
}

/** Of the members that are written with it. */
function traceOf(members: readonly Member[]): Command | null {
  return members.find(({ trace }) => trace !== null)?.trace ?? null
}

/** Runs what holds the commit; when the connection is lost in it, what became of it is not known. */
async function committing(
  { alive, serverStart }: Connection,
  known: Pick<CommitLost, 'number' | 'trace' | 'answers'>,
  commit: () => Promise<unknown>,
): Promise<void> {
  try {
    await commit()
  } catch (error) {
    throw alive() ? error : new CommitLost({ ...known, serverStart }, error)
  }
}

/**
 * Changes none of which has a late guard, as one transaction: first the guards, in the order of their rows, then the rest of those that
 * held. Answers for each whether it was written. Rejects with `CommitLost` when that is not known.
 */
export async function commitGroup(connection: Connection, members: readonly Member[]): Promise<boolean[]> {
  const prelude = horizonOfMembers(members)
  const trace = traceOf(members)
  if (trace !== null && members.every((one) => one.guards === 'none')) {
    // One Sync is a transaction of its own: nothing but an error can undo it.
    const answers = members.map(() => true)
    await committing(connection, { number: null, trace, answers }, () => connection.run([...prelude, ...ordered(members)]))
    return answers
  }
  const guarded = members.filter((one) => one.guards === 'first').sort(byFirstRow)
  try {
    const first = guarded.map(({ writes: [guard] }) => (guard === undefined ? [] : commandsOf(guard)))
    const [, begun, ...rest] = await connection.run([BEGIN, NUMBER, ...prelude, ...first.flat()])
    const outcomes = rest.slice(prelude.length)
    const missed = new Set<Member>()
    for (const [at, member] of guarded.entries()) {
      const own = outcomes.splice(0, first[at]?.length ?? 0)
      if (own.at(-1)?.count === 0) missed.add(member)
    }
    const held = members.filter((one) => !missed.has(one))
    const answers = members.map((one) => !missed.has(one))
    const known = { number: numberIn(begun), trace: traceOf(held), answers }
    await committing(connection, known, () => runAndCommit(connection, ordered(held)))
    return answers
  } catch (error) {
    await rollback(connection)
    throw error
  }
}

/**
 * A change with a guard further back, in a transaction of its own, which is undone when one misses. An error behind a guard that has missed
 * says nothing: the change was not to be written. Rejects with `CommitLost` when it is not known whether it was.
 */
export async function commitAlone(connection: Connection, member: Member): Promise<boolean> {
  const prelude = [BEGIN, NUMBER, ...horizonOfMembers([member])]
  const writes = member.writes.flatMap((write) =>
    commandsOf(write).map((one) => ({ one, guarded: write.guarded && one === write.command })),
  )
  const missedIn = (outcomes: readonly Outcome[]) => writes.some(({ guarded }, at) => guarded && outcomes[at + prelude.length]?.count === 0)
  try {
    const outcomes = await connection.run([...prelude, ...writes.map(({ one }) => one)])
    if (missedIn(outcomes)) {
      await rollback(connection)
      return false
    }
    const known = { number: numberIn(outcomes[1]), trace: member.trace, answers: [true] }
    await committing(connection, known, () => runAndCommit(connection, []))
    return true
  } catch (error) {
    await rollback(connection)
    if (error instanceof BatchFailed && connection.alive() && missedIn(error.done)) return false
    throw error
  }
}

function numberIn(outcome: Outcome | undefined): string {
  return String(outcome?.rows[0]?.number)
}

/** What is left of the changes when the first guards have held. What judges other rows comes last, in the order of its rows. */
function ordered(members: readonly Member[]): Command[] {
  const rest = members.flatMap(({ writes, guards }) => (guards === 'first' ? writes.slice(1) : writes))
  const judging = rest.filter(({ before }) => before !== null).sort(byRow)
  return [...rest.filter(({ before }) => before === null), ...judging].flatMap(commandsOf)
}

function byRow(a: BoundWrite, b: BoundWrite): number {
  return compare(a.row ?? '', b.row ?? '')
}

function byFirstRow(a: Member, b: Member): number {
  return compare(a.writes[0]?.row ?? '', b.writes[0]?.row ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
