/** Group commit: many changes and claims in one transaction, so one fsync answers them all. */
import type Database from 'better-sqlite3'
import { type Failure, failureOf } from '../file/failures.ts'
import { prepareClaims } from '../queries/claims.ts'
import { type BoundStep, bind, STATEMENTS } from '../statements/statements.ts'
import type { Answer, Work } from './work.ts'

/** The answers in order, all durable; or why nothing of the group was written. */
export type GroupOutcome = { answers: Answer[] } | Failure

/**
 * Runs a group on the writing connection. After an error of one statement the group is done again with a savepoint for
 * each member, so that only the culprit fails. Disk full, busy and I/O errors fail the whole group.
 */
export function groupCommitter(db: Database.Database): (group: readonly Work[]) => GroupOutcome {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const member = savepoint(db, 'member')
  const guards = savepoint(db, 'guards')
  const statements = new Map(
    Object.entries(STATEMENTS).map(([name, { sql, guarded }]) => [name, { run: db.prepare<unknown[]>(sql), guarded }]),
  )

  const prepared = (name: string) => {
    const statement = statements.get(name)
    if (statement === undefined) throw new Error(`no statement is called ${name}`)
    return statement
  }

  function runSteps(steps: readonly BoundStep[]): boolean {
    for (const { statement, values } of steps) {
      const { run, guarded } = prepared(statement)
      if (run.run(values).changes === 0 && guarded) return false
    }
    return true
  }

  /** Its guard cannot miss: no other connection writes between the claim's look at a record and this. */
  const { claimJobs, leaseJobs, claimDeliveries, leaseDeliveries } = prepareClaims(db, (step) => {
    if (!runSteps([bind(step)])) throw new Error(`a claim could not write ${step.params.id}`)
  })

  /** A miss of the first statement leaves nothing behind; only a guard further back needs a savepoint (1.3 µs). */
  function runMember(work: Work): Answer {
    if ('claimJobs' in work) return claimJobs(work.claimJobs)
    if ('leaseJobs' in work) return leaseJobs(work.leaseJobs)
    if ('leaseDeliveries' in work) return leaseDeliveries(work.leaseDeliveries)
    if ('claimDeliveries' in work) return claimDeliveries(work.claimDeliveries)
    const lateGuard = work.steps.some(({ statement }, index) => index > 0 && prepared(statement).guarded)
    if (!lateGuard) return runSteps(work.steps)
    guards.set()
    const held = runSteps(work.steps)
    if (!held) guards.undo()
    guards.release()
    return held
  }

  function runApart(work: Work): Answer {
    member.set()
    try {
      const answer = runMember(work)
      member.release()
      return answer
    } catch (error) {
      const failure = failureOf(error)
      if (failure.failed !== 'statement') throw error
      member.undo()
      member.release()
      return failure
    }
  }

  function transaction(group: readonly Work[], run: (work: Work) => Answer): GroupOutcome {
    try {
      begin.run()
      const answers = group.map(run)
      commit.run()
      return { answers }
    } catch (error) {
      if (db.inTransaction) rollback.run()
      return failureOf(error)
    }
  }

  return (group) => {
    const outcome = transaction(group, runMember)
    const culprit = 'failed' in outcome && outcome.failed === 'statement'
    return culprit ? transaction(group, runApart) : outcome
  }
}

function savepoint(db: Database.Database, name: string) {
  const set = db.prepare(`SAVEPOINT ${name}`)
  const undo = db.prepare(`ROLLBACK TO ${name}`)
  const release = db.prepare(`RELEASE ${name}`)
  return { set: () => set.run(), undo: () => undo.run(), release: () => release.run() }
}
