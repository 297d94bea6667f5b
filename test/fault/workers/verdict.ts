/** The figures of `workers`: what the witnesses say of kills, freezes and fencing. Pure. */
import { median } from '../../../bench/compare.ts'
import type { Run } from './journal.ts'

/** A job whose worker is gone is taken up by another within so many milliseconds (CONTRACT section 3). */
const TAKEN_UP_MS = 15_000

/** A worker was killed, or frozen for `ms`. */
export interface Blow {
  kind: 'kill' | 'freeze'
  pid: number
  at: number
  ms: number
}

/** How a job of the witnesses ended, as the API tells it at last. */
export interface End {
  jobId: string
  status: string
  attempt: number
  /** Which attempt its result is of; null = it has none. */
  resultOf: number | null
}

export interface Evidence {
  runs: readonly Run[]
  blows: readonly Blow[]
  /** When the API was back after each of its restarts. */
  returns: readonly number[]
  ends: readonly End[]
}

export interface Figures {
  kills: number
  /** Kills that met a running job, and the runs they ended. */
  killsOnRuns: number
  runsKilled: number
  /** The same of freezes; what was frozen may end all the same. */
  freezes: number
  freezesOnRuns: number
  /**
   * For each killed run, until another began in its place: from the kill, or from the API's return where it was away meanwhile,
   * because it counts anew from there; and the longest from the kill itself.
   */
  takenUpMs: number[]
  longestFromKillMs: number
  neverTakenUp: number
  /** Jobs that ended with another run's result than their last one's. */
  staleCommits: number
  /** Attempts that two runs began under one number. */
  attemptsTwice: number
}

export function figuresOf({ runs, blows, returns, ends }: Evidence): Figures {
  const byJob = Map.groupBy(runs, (run) => run.jobId)
  const ofJob = (jobId: string) => byJob.get(jobId) ?? []
  const kills = blows.filter(({ kind }) => kind === 'kill')
  const freezes = blows.filter(({ kind }) => kind === 'freeze')
  const caught = kills.map((kill) => ({ kill, runs: runs.filter((run) => wasKilled(run, kill, ofJob(run.jobId))) }))
  const takenUpMs: number[] = []
  let longestFromKillMs = 0
  let neverTakenUp = 0
  for (const { kill, runs: lost } of caught) {
    for (const run of lost) {
      const next = ofJob(run.jobId).find((each) => each.attempt > run.attempt)
      if (!next) {
        neverTakenUp += 1
        continue
      }
      takenUpMs.push(next.begunAt - Math.max(kill.at, ...returns.filter((at) => at < next.begunAt)))
      longestFromKillMs = Math.max(longestFromKillMs, next.begunAt - kill.at)
    }
  }
  const numbers = new Set(runs.map(({ jobId, attempt }) => `${jobId} ${attempt}`))
  return {
    kills: kills.length,
    killsOnRuns: caught.filter((each) => each.runs.length > 0).length,
    runsKilled: caught.reduce((sum, each) => sum + each.runs.length, 0),
    freezes: freezes.length,
    freezesOnRuns: freezes.filter((freeze) => runs.some((run) => wasFrozen(run, freeze))).length,
    takenUpMs,
    longestFromKillMs,
    neverTakenUp,
    staleCommits: ends.filter((end) => isStale(end, ofJob(end.jobId))).length,
    attemptsTwice: runs.length - numbers.size,
  }
}

/** It did not live to its end, and nobody had begun another before. */
function wasKilled(run: Run, kill: Blow, ofJob: readonly Run[]): boolean {
  if (run.pid !== kill.pid || run.endedAt !== null) return false
  return !ofJob.some((other) => other.attempt > run.attempt && other.begunAt < kill.at)
}

function wasFrozen(run: Run, { pid, at }: Blow): boolean {
  return run.pid === pid && run.begunAt < at && (run.endedAt === null || run.endedAt > at)
}

function isStale({ status, attempt, resultOf }: End, ofJob: readonly Run[]): boolean {
  const last = Math.max(...ofJob.map((run) => run.attempt))
  return status === 'completed' && (resultOf !== attempt || attempt !== last)
}

/** What was wrong, a line each; none = all of it held. */
export function failuresOfWorkers({ takenUpMs, neverTakenUp, staleCommits, attemptsTwice }: Figures): string[] {
  const failures: string[] = []
  const check = (count: number, says: string) => count === 0 || failures.push(`${count} ${says}`)
  check(staleCommits, 'jobs ended with the result of a run that had been fenced off')
  check(attemptsTwice, 'attempts were begun twice under one number')
  check(neverTakenUp, 'runs of killed workers were never taken up')
  check(takenUpMs.filter((ms) => ms > TAKEN_UP_MS).length, `runs of killed workers were taken up after more than ${TAKEN_UP_MS} ms`)
  return failures
}

export function describeFigures(figures: Figures): string[] {
  const { kills, killsOnRuns, runsKilled, freezes, freezesOnRuns, takenUpMs, longestFromKillMs, staleCommits, attemptsTwice } = figures
  return [
    `workers killed        ${kills}, ${killsOnRuns} of them with ${runsKilled} witnesses running`,
    `workers frozen        ${freezes}, ${freezesOnRuns} of them with a witness running`,
    `taken up by others    in p50 ${seconds(median(takenUpMs))}, ${seconds(Math.max(0, ...takenUpMs))} at most (where the API was restarted`,
    `                      meanwhile, from its return; from the kill ${seconds(longestFromKillMs)} at most)`,
    `stale commits         ${staleCommits}; attempts begun twice ${attemptsTwice}`,
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
