/** `npm run fault -- firstlight`: no fault at all; every 202 can be read at once and every callback arrives exactly once. */
import { plainJobs } from './jobs.ts'
import { conclude, describeRound, failuresOf } from './report.ts'
import { type RoundReport, runRound } from './round.ts'

export function runFirstLight(jobs: number, redis: boolean): Promise<RoundReport> {
  return runRound({ faults: 0, fault: async () => {}, seed: 1, clients: 64, pauseMs: 0, timeLimitMs: 0, nextJob: plainJobs(jobs), redis })
}

/** True when nothing was missed and every callback came once. Leaves the folder when not. */
export async function firstLight({
  jobs,
  redis,
  print,
}: {
  jobs: number
  redis: boolean
  print: (line: string) => void
}): Promise<boolean> {
  print(`${jobs} jobs, 64 at a time, a GET after each 202`)
  const report = await runFirstLight(jobs, redis)
  for (const line of describeRound(report)) print(`  ${line}`)
  const { tally } = report
  const held = failuresOf(report).length === 0 && tally.acknowledged === jobs && tally.callbacks === jobs
  return conclude(held, report.folder, print)
}
