/** Behaviour R11: the service may open no more files, while receivers hold its connections. It backs off, lives, and loses nothing. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Behaviour, delivered, failed } from './behaviour.ts'
import { outcomesAt } from './deliveries.ts'
import { answer, OK } from './scripts.ts'
import { closeTargets, openTargets, submitTo, withService } from './setup.ts'

/** Files it may open beyond those it has when it is ready: far fewer than the deliveries want. */
const SPARE_FILES = 40
const HELD = 64
const DELIVERIES = 128
const ADDRESSES = 64
/** So long receivers hold what they get; the schedule goes on well beyond. */
const HELD_MS = 3000
const SCHEDULE = '1s,2s,3s,4s,5s'
const PATIENCE_MS = 20_000
const AGAIN_MS = 50
const HOLDING: Behaviour = { id: 'R11', name: 'holds', script: {}, holds: true, expect: failed('timeout') }
const HEALTHY: Behaviour = { ...HOLDING, name: 'healthy', script: answer(OK), expect: delivered() }

export interface FdLimitReport {
  limit: number
  /** Attempts of healthy deliveries that the limit made fail. */
  landed: number
  delivered: number
  /** What is not as it must be. */
  faults: string[]
}

export async function runFdLimit(): Promise<FdLimitReport> {
  const targets = await openTargets([HOLDING, HEALTHY], ADDRESSES)
  const [holding, healthy] = targets
  if (!holding || !healthy) throw new Error('the receivers are missing')
  const env = { CALLBACK_RETRY_SCHEDULE: SCHEDULE, CALLBACK_BREAKER: 'off', LOG_LEVEL: 'silent' }
  try {
    return await withService(env, [], async ({ service }) => {
      const { api, pid } = service
      const limit = readdirSync(`/proc/${pid}/fd`).length + SPARE_FILES
      const since = Date.now()
      await Promise.all(Array.from({ length: HELD }, (_, n) => submitTo(api, holding.url(n))))
      execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:${limit}`])
      setTimeout(() => holding.receiver.close(), HELD_MS)
      const jobs: string[] = []
      for (let n = 0; n < DELIVERIES; n++) jobs.push(await persistently(() => submitTo(api, healthy.url(n), `healthy-${n}`)))

      const good = await persistently(() => outcomesAt(api, healthy.receiver.port, since, DELIVERIES))
      const held = await persistently(() => outcomesAt(api, holding.receiver.port, since, HELD))
      const delivered = good.get('delivered 200') ?? 0
      const exhausted = [...held].filter(([outcome]) => outcome.startsWith('dead')).reduce((sum, [, count]) => sum + count, 0)
      const documents = await Promise.all(jobs.map((id) => persistently(async () => (await api.job(id)).json)))
      const landed = documents.reduce((sum, document) => sum + document.callback.attempts - 1, 0)
      const faults = []
      if (delivered < DELIVERIES) faults.push(`${delivered} of ${DELIVERIES} healthy deliveries arrived`)
      if (exhausted < HELD) faults.push(`${exhausted} of ${HELD} held deliveries came to their end`)
      if (landed === 0) faults.push('the limit was never met')
      return { limit, landed, delivered, faults }
    })
  } finally {
    await closeTargets(targets)
  }
}

/** A service without a file to spare drops new connections: a client attempts again. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
  }
}
