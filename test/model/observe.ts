import { markDisturbed } from './end-process.ts'
import { checkInvariants } from './invariants.ts'
import { openRuns } from './open-work.ts'
import { checkPriorities } from './priorities.ts'
import type { Simulation } from './simulation.ts'
import type { Step } from './steps.ts'

/** Looks at everything that is stored and checks what must hold after every step. `quiet`: no step, time has passed. */
export function observe(simulation: Simulation, step: Step | 'quiet'): void {
  const { disk, database, tally } = simulation
  if (disk.mode === 'full' || disk.mode === 'overloaded') markDisturbed(simulation, false)
  const after = database.snapshot()
  checkInvariants(simulation, after)
  if (step !== 'quiet') checkPriorities(simulation, step)
  tally.count('jobs purged', [...simulation.before.jobs.keys()].filter((id) => !after.jobs.has(id)).length)
  simulation.before = after
  simulation.runningBefore = new Set(openRuns(simulation).map((run) => run.jobId))
  simulation.started = []
}
