/** One round of `workers`: an installation under load, faults, calm, and the verdicts of the checker and of the witnesses. */
import { join } from 'node:path'
import type { Api } from '../../../test/support/api.ts'
import { tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { startChecker } from '../../harness/checker-process.ts'
import { eachOf } from '../../harness/each-of.ts'
import { machineTime } from '../../harness/history.ts'
import { mixedJob } from '../../harness/jobs.ts'
import { poll, submitAll } from '../../harness/load.ts'
import { ownServers, type Shape } from '../../harness/own-servers.ts'
import { createInstallation, type RestartableInstallation } from '../../harness/restartable-installation.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import type { RoundReport } from '../../harness/round.ts'
import { noteDeliveries, pollUntilSettled } from '../../harness/settle.ts'
import { injectFaults, type Pace } from './faults.ts'
import { readJournal } from './journal.ts'
import { type End, type Figures, figuresOf } from './verdict.ts'

const CLIENTS = 8
const READERS = 16
/** Of each worker: callbacks in flight, and jobs, of which those of the others must fit in. */
const SLOTS = 8
const JOB_SLOTS = 16
const BOUND_MS = 60_000
const ENV = {
  LOG_LEVEL: 'warn',
  // Too short for many a run to end by itself.
  SHUTDOWN_TIMEOUT: '3s',
  JOB_CONCURRENCY: String(JOB_SLOTS),
  // Kills must not end a job for good: whether it is taken up is the question.
  JOB_MAX_ATTEMPTS: '100',
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms,1500ms',
  CALLBACK_BREAKER: 'off',
}

export interface WorkersRoundOptions extends Pick<Shape, 'postgres'> {
  workers: number
  pace: Pace
  /** Load and faults go on for so long, milliseconds. */
  ms: number
  seed: number
  /** Longest pause of a client between two jobs, milliseconds. */
  pauseMs: number
  /** How long witnesses run, milliseconds. */
  runMs: { shortest: number; longest: number }
  preload?: readonly URL[]
  onFault?: (faults: number) => void
}

export interface WorkersReport extends RoundReport {
  figures: Figures
  apiRestarts: number
  /** See `InjectedFaults`. */
  badStops: string[]
}

/** Runs one round to its verdict; the caller removes its folder. Throws when a process ends by itself, or does not start. */
export async function runWorkersRound(options: WorkersRoundOptions): Promise<WorkersReport> {
  const { workers, seed, pace, ms, runMs, preload = [], onFault = () => {} } = options
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const journal = join(folder, 'journal.jsonl')
  const rng = createRng(seed)
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  const servers = await ownServers({ ...options, redis: true })
  const { REDIS_URL: redisUrl = null, PORT: _port, ...shared } = servers.env
  const env = { ...ENV, ...shared }
  const installation = createInstallation({ redisUrl, workers, dataDir, handlersDir: HANDLERS, env, preload }, note)
  const { api } = installation
  let enough = false

  try {
    note({ kind: 'setup', at: machineTime(), slots: SLOTS, boundMs: BOUND_MS })
    await installation.start()
    checker.trust((await (await api.start()).api.call('GET', '/v1/signing-secret')).json.secret)
    checker.onHit((jobId) => {
      const target = api.alive()
      if (target) void poll(target, jobId, note)
    })
    const nextJob = () =>
      rng.next() < 0.5 ? witness(checker.url, journal, rng.between(runMs.shortest, runMs.longest), rng) : mixedJob(checker.url, rng)
    const load = submitAll({
      service: api.started,
      next: () => (enough ? null : nextJob()),
      note,
      clients: CLIENTS,
      pauseMs: options.pauseMs,
      rng,
    })
    // A failure of the load is met where it is awaited, not while the faults still fall.
    load.catch(() => {})
    const { caughtUp } = checker
    const runs = () => readJournal(journal)
    const { faults, returns, badStops } = await injectFaults({ installation, pace, ms, rng, caughtUp, runs, onFault })
    enough = true
    const jobs = await load

    note({ kind: 'calm', at: machineTime() })
    const survivor = await api.start()
    await pollUntilSettled(survivor, jobs, BOUND_MS, note)
    await noteDeliveries(survivor.api, note)
    const ran = runs()
    const ends = await endsOf(survivor.api, new Set(ran.map((run) => run.jobId)))
    const exitCode = await stopAll(installation)
    return {
      ...(await checker.verdict()),
      integrity: await servers.integrityOf(dataDir),
      exitCode,
      folder,
      figures: figuresOf({ runs: ran, faults, returns, ends }),
      apiRestarts: returns.length,
      badStops,
    }
  } finally {
    enough = true
    await installation.end()
    await servers.close()
    checker.close()
  }
}

function witness(url: string, journal: string, ms: number, rng: Rng): object {
  return { type: 'fault.witness', payload: { ms, journal }, callback_url: `${url}/${rng.next() < 0.5 ? 'ok' : 'slow'}` }
}

async function endsOf(api: Api, jobs: ReadonlySet<string>): Promise<End[]> {
  const ends: End[] = []
  await eachOf([...jobs], READERS, async (jobId) => {
    const { status, attempt, result } = (await api.job(jobId)).json
    ends.push({ jobId, status, attempt, resultOf: result?.attempt ?? null })
  })
  return ends
}

/** Workers first. The first exit code that is not 0, or 0. */
async function stopAll({ api, workers }: RestartableInstallation): Promise<number | null> {
  const exits = await Promise.all(workers.map((worker) => worker.alive()?.stop()))
  exits.push(await api.alive()?.stop())
  const bad = exits.find((exit) => exit?.code !== 0)
  return bad === undefined ? 0 : bad.code
}
