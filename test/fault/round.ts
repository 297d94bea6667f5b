/** One round: a fresh data folder, load, kills at random moments, a restart after each, calm, and the checker's verdict. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { tempFolder } from '../support/service.ts'
import { startChecker, type Verdict } from './checker-process.ts'
import { machineTime } from './history.ts'
import { integrityOf } from './integrity.ts'
import { createKillable } from './killable.ts'
import { poll, submitAll } from './load.ts'
import { createDice, type Dice } from './random.ts'
import { noteDeliveries, pollUntilSettled } from './settle.ts'

const HANDLERS = fileURLToPath(new URL('./handlers', import.meta.url))
/** Callbacks in flight at once. */
const SLOTS = 32
const BOUND_MS = 30_000
const ENV = {
  LOG_LEVEL: 'warn',
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_CONCURRENCY_PER_DESTINATION: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms,1500ms',
  CALLBACK_BREAKER: 'off',
}
const LIFE_MS = { shortest: 50, longest: 500 }

export interface RoundOptions {
  kills: number
  seed: number
  /** Submits at a time, and the longest pause of a client between two (milliseconds). */
  clients: number
  pauseMs: number
  /** The next job for a receiver at `url`, or null when there are enough. */
  nextJob: (url: string, dice: Dice) => object | null
  /** No kill after this many milliseconds. */
  timeLimitMs: number
  preload?: readonly URL[]
  /** Called after each kill with how many there were. */
  onKill?: (kills: number) => void
}

export interface RoundReport extends Verdict {
  /** The answer of SQLite's own check of the file after the orderly stop: 'ok' when it is sound. */
  integrity: string
  /** Exit code of the orderly stop at the end. */
  exitCode: number | null
  /** Data folder and history; the caller removes it. */
  folder: string
}

/** Runs one round to its verdict. Throws when the service cannot be started, or dies without being killed. */
export async function runRound(options: RoundOptions): Promise<RoundReport> {
  const folder = await tempFolder()
  const dice = createDice(options.seed)
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  const service = createKillable({ dataDir: join(folder, 'data'), handlersDir: HANDLERS, env: ENV, preload: options.preload ?? [] }, note)
  let enough = false

  try {
    note({ kind: 'setup', at: machineTime(), slots: SLOTS, boundMs: BOUND_MS })
    const first = await service.start()
    checker.trust((await first.api.call('GET', '/v1/signing-secret')).json.secret)
    checker.onHit((jobId) => {
      const target = service.alive()
      if (target) void poll(target, jobId, note)
    })
    const load = submitAll({
      ...options,
      dice,
      note,
      service: service.started,
      next: () => (enough ? null : options.nextJob(checker.url, dice)),
    })
    // A failure of the load is met where it is awaited, not while the kills still go on.
    load.catch(() => {})

    const giveUpAt = machineTime() + options.timeLimitMs
    for (let kills = 1; kills <= options.kills && machineTime() < giveUpAt; kills += 1) {
      await sleep(dice.between(LIFE_MS.shortest, LIFE_MS.longest))
      await service.kill()
      await service.start()
      options.onKill?.(kills)
    }
    enough = options.kills > 0
    const jobs = await load

    note({ kind: 'calm', at: machineTime() })
    const survivor = await service.start()
    await pollUntilSettled(survivor, jobs, BOUND_MS, note)
    await noteDeliveries(survivor.api, note)
    const { code } = await survivor.stop()
    return { ...(await checker.verdict()), integrity: integrityOf(join(folder, 'data')), exitCode: code, folder }
  } finally {
    enough = true
    await service.end()
    checker.close()
  }
}
