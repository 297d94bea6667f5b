/** A run of `postgres`: processes on one database under load, faults in turn, and a verdict at the end. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../../../test/support/postgres.ts'
import { startPostgresProxy } from '../../../test/support/postgres-proxy.ts'
import { startRedis } from '../../../test/support/redis.ts'
import { type Service, tempFolder } from '../../../test/support/service.ts'
import { startChecker } from '../../harness/checker-process.ts'
import { type Entry, machineTime } from '../../harness/history.ts'
import { welcomeJob } from '../../harness/jobs.ts'
import { poll, submitAll } from '../../harness/load.ts'
import { createMoments } from '../../harness/moments.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import { createRng } from '../../harness/rng.ts'
import type { RoundReport } from '../../harness/round.ts'
import { noteDeliveries, pollUntilSettled } from '../../harness/settle.ts'
import { tornWorkIn } from '../../harness/torn-work.ts'
import type { Fault } from './faults.ts'
import { type FeedRecord, startFeedReader } from './feed-reader.ts'
import { createProcesses } from './processes.ts'

const APIS = 2
const WORKERS = 3
const CLIENTS = 8
/** Longest pause of a client between two jobs, milliseconds. */
const PAUSE_MS = 300
const BOUND_MS = 60_000
/** Between two faults, milliseconds. */
const CALM_MS = { shortest: 200, longest: 900 }
/** Enough for the work of a run, and soon full. */
const SPACE_MB = 256
/** The processes need 35; few are left for strangers. */
const MOST_CONNECTIONS = 60

export interface PostgresRoundOptions {
  plan: readonly Fault[]
  seed: number
  preload?: readonly URL[]
  onFault?: (fault: FaultReport) => void
}

export interface FaultReport {
  fault: Fault
  /** Until what was broken was back, milliseconds. */
  awayMs: number
  /** Connections or processes that it met. */
  met: number
  /** From the return until a job was acknowledged and a callback came; infinite: neither within 10 s. Milliseconds. */
  resumedMs: number
}

export interface PostgresReport extends RoundReport {
  faults: FaultReport[]
  feed: FeedRecord
  /** Rows of changes that are there in part. */
  torn: string[]
  /** Jobs that the database has: as many as were asked for, each under a key of its own. */
  made: number
}

/** Runs the plan to its verdict; the caller removes the folder. Throws when a process has ended by itself. */
export async function runPostgresRound({ plan, seed, preload = [], onFault }: PostgresRoundOptions): Promise<PostgresReport> {
  const folder = await tempFolder()
  const rng = createRng(seed)
  const moments = createMoments()
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const note = (entry: Entry) => {
    checker.note(entry)
    if (entry.kind === 'ack') moments.happened('ack')
  }
  const redis = await startRedis()
  const server = await startPostgres({ fsync: 'on', space: SPACE_MB, settings: { max_connections: String(MOST_CONNECTIONS) } })
  const url = await server.database()
  const proxy = await startPostgresProxy(url)
  const { apis, workers, slots } = await createProcesses({
    ...{ databaseUrl: proxy.through(url), redisUrl: redis.url, apis: APIS, workers: WORKERS },
    ...{ preload, folder: join(folder, 'data'), note },
  })
  const all = [...apis, ...workers]
  let turns = 0
  const alive = () => apis[turns++ % APIS]?.alive() ?? apis.find((one) => one.alive() !== null)?.alive() ?? null
  const feed = startFeedReader(alive)
  let enough = false

  try {
    note({ kind: 'setup', at: machineTime(), slots, boundMs: BOUND_MS })
    await Promise.all(all.map((one) => one.start()))
    const [first] = apis
    if (first === undefined) throw new Error('there is no API')
    checker.trust((await (await first.start()).api.call('GET', '/v1/signing-secret')).json.secret)
    checker.onHit((jobId) => {
      moments.happened('hit')
      const target = alive()
      if (target !== null) void poll(target, jobId, note)
    })
    const load = submitAll({
      service: async () => alive() ?? (await Promise.race(apis.map((one) => one.started()))),
      next: () => (enough ? null : welcomeJob(checker.url, rng)),
      ...{ note, clients: CLIENTS, pauseMs: PAUSE_MS, rng },
    })
    // A failure of the load is met where it is awaited, not while the faults still fall.
    load.catch(() => {})

    const faults: FaultReport[] = []
    for (const fault of plan) {
      await sleep(rng.between(CALM_MS.shortest, CALM_MS.longest))
      const at = machineTime()
      const met = await fault.inject({ server, url, proxy, apis, workers, rng, caughtUp: checker.caughtUp })
      const returnedAt = machineTime()
      const resumed = await Promise.all([moments.next('ack'), moments.next('hit')])
      const resumedMs = Math.max(...resumed.map((time) => (time === null ? Number.POSITIVE_INFINITY : time - returnedAt)))
      const report = { fault, awayMs: returnedAt - at, met, resumedMs }
      faults.push(report)
      onFault?.(report)
    }
    enough = true
    const jobs = await load

    note({ kind: 'calm', at: machineTime() })
    const survivor = await first.start()
    await pollUntilSettled(survivor, jobs, BOUND_MS, note)
    await noteDeliveries(survivor.api, note)
    const record = await feed.end(survivor)
    const exitCode = await stopAll(workers, apis)
    const torn = await tornWorkIn((sql) => server.ask(url, sql))
    const [{ made } = { made: 0 }] = await server.ask(url, 'SELECT count(*)::int AS made FROM jobs')
    return { ...(await checker.verdict()), integrity: 'ok', exitCode, folder, faults, feed: record, torn, made: Number(made) }
  } finally {
    enough = true
    feed.close()
    for (const one of all) await one.end()
    await proxy.close()
    await server.close()
    await redis.close()
    checker.close()
  }
}

/** In this order. The first exit code that is not 0, or 0. */
async function stopAll(...groups: (readonly RestartableService[])[]): Promise<number | null> {
  const codes: (number | null)[] = []
  for (const group of groups) {
    const running = group.map((one) => one.alive()).filter((one): one is Service => one !== null)
    codes.push(...(await Promise.all(running.map(async (one) => (await one.stop()).code))))
  }
  return codes.find((code) => code !== 0) ?? 0
}
