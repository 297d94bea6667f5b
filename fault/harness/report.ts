import { removeFolder } from '../../test/support/service.ts'
import type { RoundReport } from './round.ts'

const SHOWN_FINDINGS = 10

/** What is wrong with a round, a line each; none = everything held. */
export function failuresOf({ findings, integrity, exitCode }: RoundReport): string[] {
  const failures = findings.map(({ invariant, jobId, says }) => `${invariant} ${jobId ?? 'overall'}: ${says}`)
  if (integrity !== 'ok') failures.push(`integrity_check: ${integrity}`)
  if (exitCode !== 0) failures.push(`the orderly stop at the end exited with ${exitCode}`)
  return failures
}

/** The last line of a command. What it has checked is kept when something was wrong. Gives `held` back. */
export async function conclude(held: boolean, folder: string, print: (line: string) => void, kept = 'history and data'): Promise<boolean> {
  if (held) await removeFolder(folder)
  print(held ? 'held' : `FAILED; ${kept}: ${folder}`)
  return held
}

/** The figures of a round as lines to print. */
export function describeRound(report: RoundReport): string[] {
  const { tally, integrity } = report
  const failures = failuresOf(report)
  const more = failures.length - SHOWN_FINDINGS
  return [
    ...(tally.stops > 0 ? [`orderly stops         ${tally.stops}, ${tally.stopsOnWork} of them on work in flight`] : []),
    `kills                 ${tally.kills}, ${tally.killsOnWork} of them on work in flight`,
    `jobs                  ${tally.requests} submitted, ${tally.acknowledged} acknowledged (${sum(tally.ends)})`,
    `lost                  ${tally.lost}`,
    `stuck                 ${tally.stuck}`,
    `callbacks             ${tally.callbacks} received, ${tally.deadLetters} dead letters`,
    `duplicates            ${tally.duplicates} (at most ${tally.inFlight} were in flight), ` +
      `webhook-ids ${oneId(report) ? 'the same' : 'DIFFERING'}`,
    `start until ready     ${Math.round(tally.slowestReady)} ms at most`,
    `integrity_check       ${integrity}`,
    ...failures.slice(0, SHOWN_FINDINGS).map((failure) => `BREACH                ${failure}`),
    ...(more > 0 ? [`                      and ${more} more`] : []),
  ]
}

function sum(ends: Record<string, number>): string {
  return Object.entries(ends)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ')
}

function oneId({ findings }: RoundReport): boolean {
  return !findings.some((finding) => finding.invariant === 'I4' && finding.says.includes('webhook-id'))
}
