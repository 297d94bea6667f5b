/** What the witnesses wrote, run by run. A witness is a handler that tells when each of its runs begins and ends, and where. */
import { existsSync, readFileSync } from 'node:fs'

/** Times are milliseconds of the machine's monotonic clock. */
export interface Run {
  jobId: string
  attempt: number
  pid: number
  begunAt: number
  /** Null: its process did not live to see it. */
  endedAt: number | null
}

interface Line {
  kind: 'begin' | 'end'
  at: number
  jobId: string
  attempt: number
  pid: number
}

/** The runs of the journal at `path`, in the order they began; none before the first has begun. */
export function readJournal(path: string): Run[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    // The last line may be on its way.
    .filter((line) => line.endsWith('}'))
  return runsOf(lines.map((line) => JSON.parse(line) as Line))
}

function runsOf(lines: readonly Line[]): Run[] {
  const open = new Map<string, Run>()
  const runs: Run[] = []
  for (const { kind, at, jobId, attempt, pid } of lines.toSorted((a, b) => a.at - b.at)) {
    const key = `${jobId} ${attempt} ${pid}`
    const run = open.get(key)
    if (kind === 'end' && run) run.endedAt = at
    if (kind === 'end') continue
    const begun: Run = { jobId, attempt, pid, begunAt: at, endedAt: null }
    open.set(key, begun)
    runs.push(begun)
  }
  return runs
}
