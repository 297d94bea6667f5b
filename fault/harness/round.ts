/** One round: a fresh data folder, load, faults, a restart after each, calm, and the checker's verdict. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tempFolder } from '../../test/support/service.ts'
import { HANDLERS } from './builds.ts'
import { startChecker, type Verdict } from './checker-process.ts'
import { type Entry, machineTime } from './history.ts'
import { poll, submitAll } from './load.ts'
import { createMoments, type Moments } from './moments.ts'
import { ownServers, type Shape } from './own-servers.ts'
import { createRestartable, type RestartableService } from './restartable-service.ts'
import { createRng, type Rng } from './rng.ts'
import { noteDeliveries, noteMetrics, pollUntilSettled } from './settle.ts'

/** Callbacks in flight at once. */
export const SLOTS = 32
const BOUND_MS = 60_000
const ENV = {
  LOG_LEVEL: 'warn',
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_CONCURRENCY_PER_DESTINATION: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms,1500ms',
  CALLBACK_BREAKER: 'off',
}
const LIFE_MS = { shortest: 50, longest: 500 }

export interface RoundOptions extends Shape {
  /** How many faults there are: after a random time each, or at the moment that `fault` waits for; then the service is started again. */
  faults: number
  /** Ends this life of the service; settles when it is gone. */
  fault: (service: RestartableService, rng: Rng, moments: Moments) => Promise<unknown>
  seed: number
  /** Submits at a time, and the longest pause of a client between two (milliseconds). */
  clients: number
  pauseMs: number
  /** The next job for a receiver at `url`, or null when there are enough. */
  nextJob: (url: string, rng: Rng) => object | null
  /** No fault after this many milliseconds. */
  timeLimitMs: number
  /** Laid over the configuration of every round. */
  env?: Record<string, string>
  preload?: readonly URL[]
  /** A command that becomes the service, given the folder of the round and which of its lives it is, from 1. */
  under?: (folder: string, life: number) => readonly string[]
  /** The clock of the service is not ours: see `startChecker`. */
  anyTime?: boolean
  /** Called with the folder of the round before the first start. */
  prepare?: (folder: string) => void
  /** Called after each fault with how many there were. */
  onFault?: (faults: number) => void
}

export interface RoundReport extends Verdict {
  /** Of the data after the orderly stop: 'ok' when it is sound. See `OwnServers`. */
  integrity: string
  /** Exit code of the orderly stop at the end. */
  exitCode: number | null
  /** Data folder and history; the caller removes it. */
  folder: string
}

/** Runs one round to its verdict. Throws when the service cannot be started, or dies without being killed. */
export async function runRound(options: RoundOptions): Promise<RoundReport> {
  const folder = await tempFolder()
  options.prepare?.(folder)
  const rng = createRng(options.seed)
  const checker = await startChecker(join(folder, 'history.jsonl'), options.anyTime)
  const moments = createMoments()
  const note = (entry: Entry) => {
    checker.note(entry)
    if (entry.kind === 'ack') moments.happened('ack')
  }
  const servers = await ownServers(options)
  const service = createRestartable(
    (life) => ({
      dataDir: join(folder, 'data'),
      handlersDir: HANDLERS,
      env: { ...ENV, ...servers.env, ...options.env },
      preload: options.preload ?? [],
      under: options.under?.(folder, life) ?? [],
    }),
    note,
  )
  let enough = false

  try {
    note({ kind: 'setup', at: machineTime(), slots: SLOTS, boundMs: BOUND_MS })
    const first = await service.start()
    checker.trust((await first.api.call('GET', '/v1/signing-secret')).json.secret)
    checker.onHit((jobId) => {
      moments.happened('hit')
      const target = service.alive()
      if (target) void poll(target, jobId, note)
    })
    const load = submitAll({
      ...options,
      rng,
      note,
      service: service.started,
      next: () => (enough ? null : options.nextJob(checker.url, rng)),
    })
    // A failure of the load is met where it is awaited, not while the faults still go on.
    load.catch(() => {})

    const giveUpAt = machineTime() + options.timeLimitMs
    for (let faults = 1; faults <= options.faults && machineTime() < giveUpAt; faults += 1) {
      await sleep(rng.between(LIFE_MS.shortest, LIFE_MS.longest))
      await options.fault(service, rng, moments)
      // What that life has sent must not be taken for the next one's.
      await checker.caughtUp()
      await service.start()
      options.onFault?.(faults)
    }
    enough = options.faults > 0
    const jobs = await load

    note({ kind: 'calm', at: machineTime() })
    const survivor = await service.start()
    await pollUntilSettled(survivor, jobs, BOUND_MS, note)
    await noteDeliveries(survivor.api, note)
    await noteMetrics([survivor.api], note)
    const { code } = await survivor.stop()
    const integrity = await servers.integrityOf(join(folder, 'data'))
    return { ...(await checker.verdict()), integrity, exitCode: code, folder }
  } finally {
    enough = true
    await service.end()
    await servers.close()
    checker.close()
  }
}
