/** Invariant I10: what /metrics says at the end is what the history shows of the last life of the service. Pure. */

import { type EntryOf, type Hit, isTerminal } from './history.ts'
import type { HistoryIndex, JobHistory } from './history-index.ts'

/** Whether something happened in the last life. What was seen while it started may have happened in the life before. */
type When = 'before' | 'perhaps' | 'since'

interface Range {
  least: number
  most: number
}

/** Each figure that cannot be true, in words; none = the metrics agree with the history. */
export function checkMetrics(metrics: EntryOf<'metrics'>, index: HistoryIndex): string[] {
  const told = figuresTold(metrics)
  const shown = figuresShown(index)
  return [...new Set([...told.keys(), ...shown.keys()])].flatMap((name) => {
    const figure = told.get(name) ?? 0
    const { least, most } = shown.get(name) ?? { least: 0, most: 0 }
    if (figure >= least && figure <= most) return []
    return [`${name}: ${figure} in the metrics, ${least === most ? least : `${least} to ${most}`} in the history`]
  })
}

function figuresTold(metrics: EntryOf<'metrics'>): Map<string, number> {
  const told = new Map([
    ['jobs submitted', metrics.submitted],
    ['dead letters', metrics.deadLetters],
    ['open jobs', metrics.openJobs],
    ['open deliveries', metrics.openDeliveries],
  ])
  for (const [status, count] of Object.entries(metrics.ended)) told.set(`jobs ${status}`, count)
  for (const [outcome, count] of Object.entries(metrics.attempts)) {
    const name = `callbacks ${/^\dxx$/.test(outcome) ? outcome : 'unanswered'}`
    told.set(name, (told.get(name) ?? 0) + count)
  }
  return told
}

function figuresShown(index: HistoryIndex): Map<string, Range> {
  const shown = new Map<string, Range>()
  const add = (name: string, when: When) => {
    const { least, most } = shown.get(name) ?? { least: 0, most: 0 }
    shown.set(name, { least: least + (when === 'since' ? 1 : 0), most: most + (when === 'before' ? 0 : 1) })
  }

  for (const job of index.jobs) {
    for (const hit of job.hits) add(`callbacks ${outcomeOf(hit)}`, whenSeen(hit.at, index))
    const last = job.polls.at(-1)
    if (job.ack === null || !last) continue
    // An answer is noted before the next start is over, so there is no doubt whose it was.
    if (!job.ack.replayed) add('jobs submitted', job.ack.at > index.lastStart.readyAt ? 'since' : 'before')
    if (isTerminal(last.status)) add(`jobs ${last.status}`, whenEnded(job, index))
    else add('open jobs', 'since')
    if (last.callback === 'pending') add('open deliveries', 'since')
    if (job.deliveries.some((delivery) => delivery.status === 'dead')) add('dead letters', whenSeen(job.hits.at(-1)?.at ?? 0, index))
  }
  return shown
}

function outcomeOf({ answered }: Hit): string {
  return answered === 0 ? 'unanswered' : `${Math.floor(answered / 100)}xx`
}

function whenSeen(at: number, { lastStart }: HistoryIndex): When {
  if (at > lastStart.readyAt) return 'since'
  return at > lastStart.at ? 'perhaps' : 'before'
}

function whenEnded(job: JobHistory, { lastStart }: HistoryIndex): When {
  const wasOpen = job.polls.some((poll) => poll.from > lastStart.at && poll.httpStatus === 200 && !isTerminal(poll.status))
  if (wasOpen || job.requestedAt > lastStart.at) return 'since'
  const hadEnded =
    job.hits.some((hit) => hit.at < lastStart.at) || job.polls.some((poll) => poll.at < lastStart.at && isTerminal(poll.status))
  return hadEnded ? 'before' : 'perhaps'
}
