/** `npm run fault -- baseline`: no fault at all; every 202 can be read at once and every callback arrives exactly once. */
import type { Output } from '../../harness/command.ts'
import { plainJobs } from '../../harness/jobs.ts'
import { conclude, describeRound, failuresOf } from '../../harness/report.ts'
import { type RoundReport, runRound } from '../../harness/round.ts'

export function runBaseline(jobs: number, redis: boolean): Promise<RoundReport> {
  return runRound({ faults: 0, fault: async () => {}, seed: 1, clients: 64, pauseMs: 0, timeLimitMs: 0, nextJob: plainJobs(jobs), redis })
}

/** True when nothing was missed and every callback came once. Leaves the folder when not. */
export async function baseline({ jobs, redis, print, record }: { jobs: number; redis: boolean } & Output): Promise<boolean> {
  print(`${jobs} jobs, 64 at a time, a GET after each 202`)
  const report = await runBaseline(jobs, redis)
  for (const line of describeRound(report)) print(`  ${line}`)
  const { tally } = report
  const held = failuresOf(report).length === 0 && tally.acknowledged === jobs && tally.callbacks === jobs
  record({
    jobs: tally.acknowledged,
    'jobs not found right after their 202': tally.lost,
    'callbacks received': tally.callbacks,
    'received twice': tally.duplicates,
  })
  return conclude(held, report.folder, print)
}
