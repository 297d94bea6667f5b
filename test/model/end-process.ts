/** How a process ends, and the next one begins. */
import { isOpenJob, knownJob, specOf } from './known-jobs.ts'
import { openHits, openRuns } from './open-work.ts'
import type { Simulation } from './simulation.ts'

/** kill -9; or, `outdated`, a process that is taken for dead and goes on: it takes no more turns, but ends what it has begun. */
export function crash(simulation: Simulation, applied: number, outdated: boolean): void {
  const { process, disk, tally, clock } = simulation
  tally.count('crashes')
  if (openRuns(simulation).length + openHits(simulation).length + disk.waiting() > 0) tally.count('crashes on work under way')
  endOutdated(simulation)
  tally.count('posted writes lost', disk.cut(process.name, applied))
  if (outdated) {
    disk.outdate(process.name)
    simulation.outdated = process
    void process.world.queue.stop()
  } else {
    process.clock.kill()
  }
  markDisturbed(simulation, true)
  simulation.smoothSince = clock.monotonic()
  simulation.restart()
}

/** SIGTERM. The next process starts when this one is down: see `replaceStopped`. */
export function stop(simulation: Simulation, ms: number): void {
  const { process, tally } = simulation
  if (process.state !== 'up') return
  tally.count('stops')
  if (openRuns(simulation).length + openHits(simulation).length > 0) tally.count('stops with work under way')
  markDisturbed(simulation, true)
  process.stop(ms)
}

/** A process that has stopped, or could not start, is followed by another. */
export function replaceStopped(simulation: Simulation): boolean {
  const { process, disk, clock } = simulation
  if (process.state !== 'down') return false
  process.clock.kill()
  disk.cut(process.name, Number.POSITIVE_INFINITY)
  markDisturbed(simulation, true)
  simulation.smoothSince = clock.monotonic()
  simulation.restart()
  return true
}

/** The process without a lock dies at last. */
export function endOutdated(simulation: Simulation): void {
  const { outdated, disk } = simulation
  if (!outdated) return
  disk.cut(outdated.name, 0)
  outdated.clock.kill()
  simulation.outdated = null
}

/** Every open job may end otherwise than its handlers' answers alone would make it. */
export function markDisturbed({ history, database }: Simulation, orphaned: boolean): void {
  for (const row of database.snapshot().jobs.values()) {
    if (!isOpenJob(row)) continue
    const job = knownJob(history, row.id, specOf(row))
    job.disturbed = true
    job.orphaned ||= orphaned
  }
}
