/** A block of `redis`: an installation of three processes over one Redis, which is broken again and again, and a verdict at the end. */
import { join } from 'node:path'
import { startInstallation } from '../../../test/support/installation.ts'
import { type RedisSettings, startRedis } from '../../../test/support/redis.ts'
import { type Service, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { startChecker } from '../../harness/checker-process.ts'
import { machineTime } from '../../harness/history.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { welcomeJob } from '../../harness/jobs.ts'
import { poll } from '../../harness/load.ts'
import { startProxy } from '../../harness/proxy.ts'
import { createRng } from '../../harness/rng.ts'
import type { RoundReport } from '../../harness/round.ts'
import { noteDeliveries, noteMetrics, pollUntilSettled } from '../../harness/settle.ts'
import { startClients } from './clients.ts'
import { type FaultReport, type Plan, runFaultRound } from './fault-round.ts'

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
  onFault?: (round: FaultReport) => void
}

export interface BlockReport extends RoundReport {
  rounds: FaultReport[]
  /** Processes that had ended when the rounds were over. */
  gone: string[]
}

/** Runs a block to its verdict; the caller removes its folder. */
export async function runBlock({ plan, aof, seed, boundMs, preload = [], onFault }: BlockOptions): Promise<BlockReport> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const rng = createRng(seed)
  const checker = await startChecker(join(folder, 'history.jsonl'))
  const { note } = checker
  const redis = await startRedis(aof ? { aof } : {})
  const proxy = await startProxy(rng)
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
    const clients = startClients({ api, nextJob: () => welcomeJob(checker.url, rng), note, rng })
    const context = { redis, proxy, rng, api, clients, receiverUrl: checker.url, firstHit, note, boundMs, slots: WORKERS * SLOTS }
    const rounds: FaultReport[] = []
    for (const each of plan) {
      const round = await runFaultRound(each, context)
      rounds.push(round)
      onFault?.(round)
      if (round.settledMs > boundMs) break
    }
    await clients.end()

    note({ kind: 'calm', at: machineTime() })
    const isStuck = rounds.some(({ settledMs }) => settledMs > boundMs)
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
      rounds,
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
