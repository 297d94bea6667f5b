/** One round of backups: taken while clients submit, each restored elsewhere, started, and asked for every job it must have. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Pair, p99 } from '../../../bench/paired-figures.ts'
import { type CommandEnd, runCommand } from '../../../test/support/command.ts'
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { type Entry, entriesOf, machineTime } from '../../harness/history.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { checkInvariants, type Finding } from '../../harness/invariants.ts'
import { submitAll } from '../../harness/load.ts'
import { ownRedis } from '../../harness/own-redis.ts'
import { createRng } from '../../harness/rng.ts'
import { pollUntilSettled } from '../../harness/settle.ts'
import { tally } from '../../harness/tally.ts'

const ENV = { LOG_LEVEL: 'warn' }
const BOUND_MS = 60_000
/** Clients of the load, each with a pause between two submits of at most so many milliseconds. */
const LOAD = { clients: 16, pauseMs: 40 }
const PAYLOAD = 'x'.repeat(4000)

export interface BackupOptions {
  /** Jobs before the first backup, of 4 KB each. */
  jobs: number
  backups: number
  /** Load without a backup before each one, milliseconds. */
  calmMs: number
  seed: number
  /** The service has a Redis, and the restored ones have the same: what stands there tells them of work that is not theirs. */
  redis?: boolean
  /** Sabotage of the command. */
  preload?: readonly URL[]
}

export interface Taken extends CommandEnd {
  file: string
  ms: number
  /** Of submits, from the request to its 202: while it was taken, and in the calm before. */
  latency: Pair
  /** Jobs acknowledged before it began. */
  acknowledged: number
}

export interface Restored {
  lost: number
  findings: Finding[]
  integrity: string
}

export interface BackupReport {
  /** What became of each backup; `restored` is null when the command refused it. */
  backups: (Taken & { restored: Restored | null })[]
  folder: string
}

export async function runBackups(options: BackupOptions): Promise<BackupReport> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const redis = await ownRedis(options.redis ?? false)
  const env = { ...ENV, ...redis.env }
  try {
    const { taken, history } = await takeBackups(folder, receiver, env, options)
    const backups = []
    for (const [index, one] of taken.entries()) {
      const target = join(folder, `restored-${index + 1}`)
      backups.push({
        ...one,
        restored: one.code === 0 ? await restoreAndJudge(one, historyBefore(one, history), { folder, target, env }) : null,
      })
    }
    return { backups, folder }
  } finally {
    await redis.close()
    await receiver.close()
  }
}

interface Moment extends Taken {
  startedAt: number
}

async function takeBackups(folder: string, receiver: Receiver, env: Record<string, string>, options: BackupOptions) {
  const dataDir = join(folder, 'data')
  const history: Entry[] = []
  const note = (entry: Entry) => void history.push(entry)
  const service = await startService({ dataDir, handlersDir: HANDLERS, env })
  let over = false
  try {
    await prefill(service, options.jobs, note)
    const job = { type: 'fault.noop', payload: PAYLOAD, callback_url: receiver.url('/ok') }
    const load = submitAll({
      ...LOAD,
      service: async () => (over ? null : service),
      next: () => (over ? null : job),
      note,
      rng: createRng(options.seed),
    })
    load.catch(() => {})
    const taken: Moment[] = []
    for (let n = 1; n <= options.backups; n++) {
      const calmAt = machineTime()
      await sleep(options.calmMs)
      const startedAt = machineTime()
      const file = join(folder, `backup-${n}.db`)
      const end = await runCommand(['backup', file], { DATA_DIR: dataDir }, options.preload)
      const endedAt = machineTime()
      const acknowledged = entriesOf(history, 'ack').filter((ack) => ack.at < startedAt).length
      const latency = { beside: submitP99(history, startedAt, endedAt), without: submitP99(history, calmAt, startedAt) }
      taken.push({ ...end, file, startedAt, ms: endedAt - startedAt, latency, acknowledged })
    }
    over = true
    await load
    return { taken, history }
  } finally {
    over = true
    await service.kill()
  }
}

async function prefill({ api }: Service, jobs: number, note: (entry: Entry) => void): Promise<void> {
  let left = jobs
  const client = async () => {
    while (left > 0) {
      const request = `prefill-${left--}`
      note({ kind: 'request', at: machineTime(), request, callback: false, attempts: 1 })
      const { status, json, text } = await api.submit({ type: 'fault.noop', payload: PAYLOAD })
      if (status !== 202) throw new Error(`a submit was refused: ${status} ${text}`)
      note({ kind: 'ack', at: machineTime(), request, jobId: json.id, replayed: false })
    }
  }
  await Promise.all(Array.from({ length: 64 }, client))
}

function submitP99(history: readonly Entry[], from: number, to: number): number {
  const asked = new Map(entriesOf(history, 'request').map((request) => [request.request, request.at]))
  const latencies = entriesOf(history, 'ack').flatMap((ack) => {
    const at = asked.get(ack.request) ?? 0
    return at >= from && at < to ? [ack.at - at] : []
  })
  return p99(latencies, latencies.length)
}

/** What a backup must have: every job acknowledged before it began. Its callbacks are checked by the other commands. */
function historyBefore({ startedAt }: Moment, history: readonly Entry[]): Entry[] {
  const acks = entriesOf(history, 'ack').filter((ack) => ack.at < startedAt)
  const known = new Set(acks.map((ack) => ack.request))
  const requests = entriesOf(history, 'request').filter((request) => known.has(request.request))
  // To the jobs in it a backup is a kill: what ran at that moment has no worker there.
  return [...requests.map((request) => ({ ...request, callback: false })), ...acks, { kind: 'kill', at: startedAt }]
}

async function restoreAndJudge(
  { file }: Taken,
  before: readonly Entry[],
  { folder, target, env }: { folder: string; target: string; env: Record<string, string> },
): Promise<Restored> {
  await mkdir(target)
  await copyFile(join(folder, 'data', 'master.key'), join(target, 'master.key'))
  const { code, stderr } = await runCommand(['restore', file], { DATA_DIR: target })
  if (code !== 0) throw new Error(`a backup that was called good cannot be restored: ${stderr}`)

  const history: Entry[] = [{ kind: 'setup', at: 0, slots: 0, boundMs: BOUND_MS }, ...before]
  const service = await startService({ dataDir: target, handlersDir: HANDLERS, env: { ...env, CALLBACK_RETRY_SCHEDULE: '100ms' } })
  try {
    history.push({ kind: 'calm', at: machineTime() })
    const jobs = entriesOf(before, 'ack').map((ack) => ack.jobId)
    await pollUntilSettled(service, jobs, BOUND_MS, (entry) => void history.push(entry))
    await service.stop()
    return { lost: tally(history).lost, findings: checkInvariants(history), integrity: integrityOf(target) }
  } finally {
    await service.kill()
  }
}
