/** The figures of a fault run, counted from its history. Pure. */

import { type Entry, entriesOf } from './history.ts'
import { type HistoryIndex, indexHistory, type JobHistory, type LifeEnd } from './history-index.ts'
import { checkInvariants, isLost, repeats } from './invariants.ts'

export interface Tally {
  kills: number
  /** Kills with a submit, a job or a callback under way. */
  killsOnWork: number
  /** Orderly stops, those that a kill ended included. */
  stops: number
  stopsOnWork: number
  requests: number
  acknowledged: number
  /** Submits that were not acknowledged, by status; `none`: there was no answer. */
  refused: Record<string, number>
  /** Jobs that were made without their client being answered, although no kill came between. */
  answersCut: number
  lost: number
  stuck: number
  callbacks: number
  /** Accepted callbacks that came again, and the most that kills and freezes can account for. */
  duplicates: number
  inFlight: number
  deadLetters: number
  /** Slowest start until ready, milliseconds. */
  slowestReady: number
  /** How the jobs ended. */
  ends: Record<string, number>
}

export function tally(history: readonly Entry[]): Tally {
  const index = indexHistory(history)
  const acknowledged = index.jobs.filter((job) => job.ack !== null)
  return {
    kills: index.kills.length,
    killsOnWork: index.kills.filter(metWork).length,
    stops: index.stops.length,
    stopsOnWork: index.stops.filter(metWork).length,
    requests: index.requests,
    acknowledged: acknowledged.length,
    refused: countBy(entriesOf(history, 'refused'), ({ httpStatus }) => String(httpStatus ?? 'none')),
    answersCut: acknowledged.filter((job) => wasCut(job, index)).length,
    lost: acknowledged.filter((job) => isLost(job, index)).length,
    stuck: checkInvariants(history).filter((finding) => finding.invariant === 'I2').length,
    callbacks: entriesOf(history, 'hit').length,
    duplicates: index.jobs.reduce((sum, job) => sum + repeats(job).length, 0),
    inFlight: index.losses.reduce((sum, loss) => sum + loss.callbacks, 0),
    deadLetters: entriesOf(history, 'delivery').filter((delivery) => delivery.status === 'dead').length,
    slowestReady: Math.max(0, ...entriesOf(history, 'ready').map((ready) => ready.ms)),
    ends: countBy(acknowledged, (job) => job.polls.at(-1)?.status ?? 'unknown'),
  }
}

function metWork({ submits, openJobs, callbacks }: LifeEnd): boolean {
  return submits + openJobs + callbacks > 0
}

function wasCut({ ack, requestedAt }: JobHistory, index: HistoryIndex): boolean {
  return ack?.replayed === true && !index.kills.some((kill) => kill.at > requestedAt && kill.at < ack.at)
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1
  return counts
}
