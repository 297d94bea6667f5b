/** One round under load whose every system call is kept, and a look at what each power cut in it would have left. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyFile } from '../../../src/store/folder/master-key.ts'
import { tuning } from '../../harness/builds.ts'
import { eachOf } from '../../harness/each-of.ts'
import { mixedJob } from '../../harness/jobs.ts'
import { failuresOf } from '../../harness/report.ts'
import { createRng } from '../../harness/rng.ts'
import { runRound } from '../../harness/round.ts'
import { checkImage } from './check-image.ts'
import { type Crash, replay, tracedForReplay } from './replay.ts'
import { startImage } from './start-image.ts'

/** Checkpoints, and the log begun anew, are among what is cut. */
const EARLY_CHECKPOINT = tuning('early-checkpoint')
const CLIENTS = 8
/** Services started at a time. */
const STARTS_AT_ONCE = 2

export interface PowercutOptions {
  jobs: number
  /** Images, drawn at random, that the service is started on. */
  starts: number
  seed: number
  preload?: readonly URL[]
}

export interface PowercutReport {
  images: Record<Crash['kind'], number>
  /** Images in which something that had been told was missing, and the jobs that were. */
  lossy: number
  lost: Set<string>
  /** What else was wrong, of the round too: a line each. */
  breaches: string[]
  acks: number
  wal: { commits: number; unsynced: number; fsyncs: number }
  starts: number
  /** Milliseconds until ready. */
  slowestStart: number
  /** Trace, data and history; the caller removes it. */
  folder: string
}

export async function examinePowerCuts({ jobs, starts, seed, preload = [] }: PowercutOptions): Promise<PowercutReport> {
  let left = jobs
  const round = await runRound({
    faults: 0,
    fault: () => Promise.resolve(),
    seed,
    clients: CLIENTS,
    pauseMs: 0,
    timeLimitMs: 0,
    env: { CALLBACK_RETRY_SCHEDULE: '50ms,100ms' },
    nextJob: (url, rng) => (left-- > 0 ? mixedJob(url, rng) : null),
    under: (folder) => tracedForReplay(join(folder, 'trace')),
    preload: [EARLY_CHECKPOINT, ...preload],
  })
  const { folder } = round
  const dataDir = join(folder, 'data')
  const key = readFileSync(keyFile(dataDir))
  const rng = createRng(seed)
  const played = replay(join(folder, 'trace'), dataDir, rng)

  const images = { dropped: 0, reordered: 0, 'torn at 512': 0, 'torn at 4096': 0 }
  const lost = new Set<string>()
  const breaches = failuresOf(round)
  const drawn: Crash[] = []
  let lossy = 0
  let seen = 0
  for await (const crash of played.crashes()) {
    const result = checkImage(crash, join(folder, 'image'), key)
    images[crash.kind] += 1
    if (result.lost.length > 0) lossy += 1
    for (const id of result.lost) lost.add(id)
    breaches.push(...result.breaches.map((breach) => `image ${seen} (${crash.kind}): ${breach}`))
    const place = seen < starts ? seen : rng.between(0, seen)
    if (place < starts) drawn[place] = crash
    seen += 1
  }

  let slowestStart = 0
  await eachOf(drawn.entries(), STARTS_AT_ONCE, async ([index, crash]) => {
    const start = await startImage(crash, join(folder, `start-${index}`))
    slowestStart = Math.max(slowestStart, start.readyMs)
    breaches.push(...start.failures)
  })
  const { commits, unsynced, fsyncs } = played.wal
  return {
    images,
    lossy,
    lost,
    breaches,
    acks: played.claims.acks,
    wal: { commits, unsynced, fsyncs },
    starts: drawn.length,
    slowestStart,
    folder,
  }
}
