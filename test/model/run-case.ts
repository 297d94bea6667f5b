import type { ModelDatabase } from './database.ts'
import { replaceStopped } from './end-process.ts'
import { observe } from './observe.ts'
import { perform } from './perform.ts'
import { bringToRest, checkNothingLeaked, checkStops } from './quiescence.ts'
import { HONEST, type Sabotage } from './sabotage.ts'
import { createSimulation } from './simulation.ts'
import type { Case } from './steps.ts'
import type { Tally } from './tally.ts'

/** Runs one case from an empty store to rest. Rejects with a `Violation` when a promise is broken. */
export async function runCase({ shape, steps }: Case, database: ModelDatabase, tally: Tally, sabotage: Sabotage = HONEST): Promise<void> {
  const simulation = await createSimulation(shape, database, tally, sabotage)
  const unhandled = (error: unknown) => void simulation.troubles.push(`a rejection nobody handles: ${String(error)}`)
  process.on('unhandledRejection', unhandled)
  try {
    for (const step of steps) {
      tally.count('steps')
      await perform(simulation, step)
      await simulation.settle()
      if (replaceStopped(simulation)) await simulation.settle()
      observe(simulation, step)
    }
    await bringToRest(simulation)
    await checkNothingLeaked(simulation)
    await checkStops(simulation)
    tally.count('runs')
    tally.count('jobs', simulation.history.jobs.size)
    tally.count('handler runs', simulation.history.runs.length)
    tally.count('requests to receivers', simulation.history.hits.length)
  } finally {
    process.off('unhandledRejection', unhandled)
    simulation.process.clock.kill()
    simulation.outdated?.clock.kill()
  }
}
