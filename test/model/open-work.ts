import type { HandlerRun, Hit } from './history.ts'
import type { Simulation } from './simulation.ts'

/** Handlers that run in a process that lives. */
export function openRuns({ history, process, outdated }: Simulation): HandlerRun[] {
  return history.runs.filter((run) => run.outcome === null && (run.process === process.name || run.process === outdated?.name))
}

/** Requests of a process that lives which their receivers have not answered. */
export function openHits({ history, process, outdated }: Simulation): Hit[] {
  return history.hits.filter((hit) => hit.answer === null && (hit.process === process.name || hit.process === outdated?.name))
}
