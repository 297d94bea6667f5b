import type { JobRow } from './database.ts'
import type { Simulation } from './simulation.ts'
import type { Step } from './steps.ts'
import { violated } from './violation.ts'

/** Steps in which no time passes and no process begins: what was due before them was due all along. */
const AT_ONCE = new Set<Step['step']>(['submit', 'cancel', 'end', 'report', 'answer', 'race', 'replay', 'discard'])

/**
 * A higher priority runs first among its tenant's due jobs (docs/contract.md#jobs): nothing that began in this step has left a
 * job behind that was due, and more important, when the step began. Only told where the disk answers at once.
 */
export function checkPriorities({ before, runningBefore, started, disk, history, clock, database, tally }: Simulation, step: Step): void {
  if (disk.mode !== 'through' || !AT_ONCE.has(step.step)) return
  for (const run of started) {
    const chosen = database.job(run.jobId)
    if (!chosen) continue
    const couldRun = (row: JobRow) => row.type !== 'limited' || run.type === 'limited'
    for (const row of before.jobs.values()) {
      if (row.tenant_id !== chosen.tenant_id || row.priority <= chosen.priority) continue
      if (row.status !== 'pending' || runningBefore.has(row.id)) continue
      if (row.due_at === null || row.due_at > clock.now() || !history.jobs.get(row.id)?.acknowledged || !couldRun(row)) continue
      tally.count('choices between priorities')
      if (database.job(row.id)?.status === 'pending' && !started.some((other) => other.jobId === row.id)) {
        violated('priority', `${run.jobId} (${chosen.priority}) began while ${row.id} (${row.priority}) was due`)
      }
    }
  }
}
