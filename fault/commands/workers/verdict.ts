/** The figures of `workers`: what the witnesses say of kills, freezes and fencing. Pure. */
import { median } from '../../../bench/compare.ts'
import type { Run } from './journal.ts'

/** A job whose worker is gone is taken up by another within so many milliseconds (docs/contract.md#jobs). */
const TAKEN_UP_MS = 15_000

/**
 * What an orderly stop hands back is another's within so many milliseconds of its end: the sweep finds it at the latest, and no
 * worker must be declared dead for it.
 */
const HANDED_ON_MS = 6_000

/** A worker was killed, told to stop, or frozen for `ms`. */
export interface Fault {
  kind: 'kill' | 'freeze' | 'stop'
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
  faults: readonly Fault[]
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
  /** Runs of frozen workers that others had begun anew before the thaw: what the frozen one says of them must not count. */
  fencedOff: number
  /** Orderly stops; for each run that one handed back, how long after its end another began in its place. */
  stops: number
  handedOnMs: number[]
  neverHandedOn: number
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

export function figuresOf({ runs, faults, returns, ends }: Evidence): Figures {
  const byJob = Map.groupBy(runs, (run) => run.jobId)
  const ofJob = (jobId: string) => byJob.get(jobId) ?? []
  const kills = faults.filter(({ kind }) => kind === 'kill')
  const freezes = faults.filter(({ kind }) => kind === 'freeze')
  const stops = faults.filter(({ kind }) => kind === 'stop')
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
  const handedBack = new Map(
    stops.flatMap((stop) => runs.filter((run) => wasHandedBack(run, stop, ofJob(run.jobId), ends)).map((run) => [run, stop] as const)),
  )
  const handedOnMs = [...handedBack].flatMap(([run, stop]) => {
    const next = nextOf(run, ofJob(run.jobId))
    return next ? [next.begunAt - (run.endedAt ?? stop.at)] : []
  })
  // What was handed back has spent no attempt: the next run has its number.
  const spent = runs.filter((run) => !handedBack.has(run))
  const numbers = new Set(spent.map(({ jobId, attempt }) => `${jobId} ${attempt}`))
  return {
    kills: kills.length,
    killsOnRuns: caught.filter((each) => each.runs.length > 0).length,
    runsKilled: caught.reduce((sum, each) => sum + each.runs.length, 0),
    freezes: freezes.length,
    freezesOnRuns: freezes.filter((freeze) => runs.some((run) => wasFrozen(run, freeze))).length,
    fencedOff: runs.filter((run) => freezes.some((freeze) => wasFrozen(run, freeze) && wasTakenBefore(run, freeze, ofJob(run.jobId))))
      .length,
    stops: stops.length,
    handedOnMs,
    neverHandedOn: handedBack.size - handedOnMs.length,
    takenUpMs,
    longestFromKillMs,
    neverTakenUp,
    staleCommits: ends.filter((end) => isStale(end, ofJob(end.jobId))).length,
    attemptsTwice: spent.length - numbers.size,
  }
}

/** Whether others have begun a run that this freeze met, or it met none. */
export function wasTakenOver(freeze: Pick<Fault, 'pid' | 'at'>, runs: readonly Run[]): boolean {
  const met = runs.filter((run) => wasFrozen(run, freeze))
  return met.length === 0 || met.some((run) => runs.some((other) => other.jobId === run.jobId && other.attempt > run.attempt))
}

/** It did not live to its end, and nobody had begun another before. */
function wasKilled(run: Run, kill: Fault, ofJob: readonly Run[]): boolean {
  if (run.pid !== kill.pid || run.endedAt !== null) return false
  return !ofJob.some((other) => other.attempt > run.attempt && other.begunAt < kill.at)
}

function wasFrozen(run: Run, { pid, at }: Pick<Fault, 'pid' | 'at'>): boolean {
  return run.pid === pid && run.begunAt < at && (run.endedAt === null || run.endedAt > at)
}

function wasTakenBefore(run: Run, { at, ms }: Fault, ofJob: readonly Run[]): boolean {
  return ofJob.some((other) => other.attempt > run.attempt && other.begunAt > at && other.begunAt < at + ms)
}

/** It ran, or was just taken, when its worker was told to stop, and its own result is not the job's. */
function wasHandedBack(run: Run, { pid, at }: Fault, ofJob: readonly Run[], ends: readonly End[]): boolean {
  if (run.pid !== pid || (run.endedAt !== null && run.endedAt < at)) return false
  const end = ends.find(({ jobId }) => jobId === run.jobId)
  return nextOf(run, ofJob) !== undefined || end?.status !== 'completed'
}

function nextOf(run: Run, ofJob: readonly Run[]): Run | undefined {
  return ofJob.find((other) => other.begunAt > run.begunAt)
}

function isStale({ status, attempt, resultOf }: End, ofJob: readonly Run[]): boolean {
  const last = Math.max(...ofJob.map((run) => run.attempt))
  return status === 'completed' && (resultOf !== attempt || attempt !== last)
}

/** What was lost or done wrongly, a line each; none = nothing was. */
export function harmOf({ neverTakenUp, staleCommits, attemptsTwice, neverHandedOn }: Figures): string[] {
  return told({
    'jobs ended with the result of a run that had been fenced off': staleCommits,
    'attempts were begun twice under one number': attemptsTwice,
    'runs of killed workers were never taken up': neverTakenUp,
    'runs of stopped workers were never begun again': neverHandedOn,
  })
}

/** What took too long, a line each; none = nothing did. */
export function delaysOf({ takenUpMs, handedOnMs }: Figures): string[] {
  return told({
    [`runs of killed workers were taken up after more than ${TAKEN_UP_MS} ms`]: takenUpMs.filter((ms) => ms > TAKEN_UP_MS).length,
    [`runs of stopped workers were begun again after more than ${HANDED_ON_MS} ms`]: handedOnMs.filter((ms) => ms > HANDED_ON_MS).length,
  })
}

/** Faults that met nothing they could have harmed: a line each; none = every kind of them landed. */
export function missesOf({ killsOnRuns, freezesOnRuns, fencedOff, handedOnMs }: Figures): string[] {
  const met = {
    'no kill met a run': killsOnRuns,
    'no freeze met a run': freezesOnRuns,
    'no run of a frozen worker was taken up before the thaw': fencedOff,
    'no stop had a run to hand back': handedOnMs.length,
  }
  return Object.entries(met).flatMap(([says, count]) => (count > 0 ? [] : [says]))
}

function told(counts: Record<string, number>): string[] {
  return Object.entries(counts).flatMap(([says, count]) => (count === 0 ? [] : [`${count} ${says}`]))
}

export function describeFigures(figures: Figures): string[] {
  const { kills, killsOnRuns, runsKilled, freezes, freezesOnRuns, takenUpMs, longestFromKillMs, staleCommits, attemptsTwice } = figures
  const { fencedOff, stops, handedOnMs } = figures
  const longestMs = Math.max(0, ...takenUpMs)
  return [
    `workers killed        ${kills}, ${killsOnRuns} of them with ${runsKilled} witnesses running`,
    `workers frozen        ${freezes}, ${freezesOnRuns} of them with a witness running; ${fencedOff} runs were others' before the thaw`,
    `workers stopped       ${stops}; ${handedOnMs.length} runs handed back, begun again within ${seconds(Math.max(0, ...handedOnMs))}`,
    `taken up by others    in p50 ${seconds(median(takenUpMs))}, ${seconds(longestMs)} at most (where the API was restarted`,
    `                      meanwhile, from its return; from the kill ${seconds(longestFromKillMs)} at most)`,
    `stale commits         ${staleCommits}; attempts begun twice ${attemptsTwice}`,
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
