/** The figures of a fault run, counted from its history. Pure. */

import { openCase } from './case-file.ts'
import { type Entry, entriesOf } from './history.ts'
import { isLost, judge, repeats } from './judge.ts'

export interface Tally {
  kills: number
  /** Kills with a submit, a job or a callback under way. */
  killsOnWork: number
  requests: number
  acknowledged: number
  lost: number
  stuck: number
  callbacks: number
  /** Accepted callbacks that came again, and the most that the kills can account for. */
  duplicates: number
  inFlight: number
  deadLetters: number
  /** Slowest start until ready, milliseconds. */
  slowestReady: number
  /** How the jobs ended. */
  ends: Record<string, number>
}

export function tally(history: readonly Entry[]): Tally {
  const book = openCase(history)
  const acknowledged = book.jobs.filter((job) => job.ack !== null)
  const ends: Record<string, number> = {}
  for (const job of acknowledged) {
    const status = job.polls.at(-1)?.status ?? 'unknown'
    ends[status] = (ends[status] ?? 0) + 1
  }
  return {
    kills: book.kills.length,
    killsOnWork: book.kills.filter((kill) => kill.submits + kill.openJobs + kill.callbacks > 0).length,
    requests: book.requests,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((job) => isLost(job, book)).length,
    stuck: judge(history).filter((finding) => finding.invariant === 'I2').length,
    callbacks: entriesOf(history, 'hit').length,
    duplicates: book.jobs.reduce((sum, job) => sum + repeats(job).length, 0),
    inFlight: book.kills.reduce((sum, kill) => sum + kill.callbacks, 0),
    deadLetters: entriesOf(history, 'delivery').filter((delivery) => delivery.status === 'dead').length,
    slowestReady: Math.max(0, ...entriesOf(history, 'ready').map((ready) => ready.ms)),
    ends,
  }
}
