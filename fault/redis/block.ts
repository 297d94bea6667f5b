/** A block of `redis`: an installation of three processes over one Redis, which is struck again and again; at the end the checker judges. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInstallation } from '../../test/support/installation.ts'
import { type RedisSettings, startRedis } from '../../test/support/redis.ts'
import { type Service, tempFolder } from '../../test/support/service.ts'
import { startChecker } from '../checker-process.ts'
import { machineTime } from '../history.ts'
import { integrityOf } from '../integrity.ts'
import { welcomeJob } from '../jobs.ts'
import { poll } from '../load.ts'
import { startProxy } from '../proxy.ts'
import { createDice } from '../random.ts'
import type { RoundReport } from '../round.ts'
import { noteDeliveries, noteMetrics, pollUntilSettled } from '../settle.ts'
import { startClients } from './clients.ts'
import { type Plan, runStrike, type StrikeReport } from './strike.ts'

const HANDLERS = fileURLToPath(new URL('../handlers', import.meta.url))
const WORKERS = 2
/** Of each worker. */
const SLOTS = 8
const ENV = {
  LOG_LEVEL: 'warn',
  PORT: '0',
  JOB_CONCURRENCY: String(SLOTS),
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms,1500ms',
  CALLBACK_BREAKER: 'off',
}

export interface BlockOptions {
  plan: readonly Plan[]
  /** The append-only file of its Redis; none = no such file. */
  aof?: RedisSettings['aof']
  seed: number
  /** How long the work of a round may take to settle once Redis is back, milliseconds. The first that takes longer ends the block. */
  boundMs: number
  preload?: readonly URL[]
  onStrike?: (strike: StrikeReport) => void
}

export interface BlockReport extends RoundReport {
  strikes: StrikeReport[]
  /** Processes that had ended when the rounds were over. */
  gone: string[]
}

/** Runs a block to its verdict; the caller removes its folder. */
export async function runBlock({ plan, aof, seed, boundMs, preload = [], onStrike }: BlockOptions): Promise<BlockReport> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const dice = createDice(seed)
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  const redis = await startRedis(aof ? { aof } : {})
  const proxy = await startProxy(dice)
  proxy.lead(Number(new URL(redis.url).port))
  let services: Service[] = []
  const gone: string[] = []

  try {
    note({ kind: 'setup', at: machineTime(), slots: WORKERS * SLOTS, boundMs })
    note({ kind: 'start', at: machineTime() })
    const redisUrl = `redis://127.0.0.1:${proxy.port}`
    const { api, workers } = await startInstallation({ dataDir, handlersDir: HANDLERS, redisUrl, workers: WORKERS, env: ENV, preload })
    services = [api, ...workers]
    note({ kind: 'ready', at: machineTime(), ms: Math.max(...services.map(({ readyMs }) => readyMs)) })
    for (const [index, service] of services.entries()) {
      void service.exited.then(() => gone.push(index === 0 ? 'the API' : `worker ${index}`))
    }

    checker.trust((await api.api.call('GET', '/v1/signing-secret')).json.secret)
    const firstHit = new Map<string, number>()
    checker.onHit((jobId) => {
      if (!firstHit.has(jobId)) firstHit.set(jobId, Date.now())
      void poll(api, jobId, note)
    })
    const clients = startClients({ api, nextJob: () => welcomeJob(checker.url, dice), note, dice })
    const scene = { redis, proxy, dice, api, clients, receiverUrl: checker.url, firstHit, note, boundMs }
    const strikes: StrikeReport[] = []
    for (const each of plan) {
      const strike = await runStrike(each, scene)
      strikes.push(strike)
      onStrike?.(strike)
      if (strike.settledMs > boundMs) break
    }
    await clients.end()

    note({ kind: 'calm', at: machineTime() })
    const isStuck = strikes.some(({ settledMs }) => settledMs > boundMs)
    const jobs = clients.submits.map(({ jobId }) => jobId)
    await pollUntilSettled(api, jobs, isStuck ? 0 : boundMs, note)
    await noteDeliveries(api.api, note)
    await noteMetrics(
      services.map((service) => service.api),
      note,
    )
    const goneByThemselves = [...gone]
    const exitCode = await stopAll(services)
    return {
      ...(await checker.verdict()),
      integrity: integrityOf(dataDir),
      exitCode,
      folder,
      strikes,
      gone: goneByThemselves,
    }
  } finally {
    for (const service of services) await service.kill()
    await redis.close()
    proxy.close()
    checker.close()
  }
}

/** Workers first. The first exit code that is not 0, or 0. */
async function stopAll([api, ...workers]: readonly Service[]): Promise<number | null> {
  const exits = await Promise.all(workers.map((worker) => worker.stop()))
  if (api) exits.push(await api.stop())
  const bad = exits.find(({ code }) => code !== 0)
  return bad === undefined ? 0 : bad.code
}
