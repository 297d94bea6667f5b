/**
 * The disk gives an I/O error. strace injects it into one call of the running service; what was written and never synced
 * is then taken away, as a kernel may that has told of a failed fsync once. Everything acknowledged must be there afterwards.
 */
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage, tuning } from '../../harness/builds.ts'
import { runUntilMet } from '../../harness/control.ts'
import { failuresOf } from '../../harness/report.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import type { Rng } from '../../harness/rng.ts'
import { runRound } from '../../harness/round.ts'
import { traced } from '../../harness/strace.ts'
import { readTrace } from '../../harness/strace-log.ts'
import type { DiskControl, Row } from './report.ts'

const EARLY_CHECKPOINT = tuning('early-checkpoint')
const CALLS = ['pwrite64', 'pread64', 'ftruncate', 'fsync', 'fdatasync']
const NEVER_CAME = 'the call never came'
/** Until then the clients of a control only hand in: each commit holds a submit, and whichever fails is one that is waited for. */
const SUBMITS_ALONE_MS = 5_000
/** A call that has not failed by then never will. */
const PATIENCE_MS = 30_000

interface Case {
  name: string
  /** Ends of the names of the files it is about. */
  files: readonly string[]
  call: string
  /** The failing call is one of these of its thread, counted on these files. */
  when: readonly [from: number, to: number]
  preload: readonly URL[]
  /** What its clients hand in. */
  nextJob?: typeof nextJob
}

const CASES: readonly Case[] = [
  { name: 'fsync of the log', files: ['-wal'], call: 'fsync', when: [6, 40], preload: [] },
  { name: 'write to the log', files: ['-wal'], call: 'pwrite64', when: [60, 400], preload: [] },
  { name: 'fsync of the database', files: [''], call: 'fsync', when: [3, 6], preload: [EARLY_CHECKPOINT] },
  { name: 'write to the database', files: [''], call: 'pwrite64', when: [20, 120], preload: [EARLY_CHECKPOINT] },
  { name: 'read', files: ['', '-wal'], call: 'pread64', when: [150, 400], preload: [] },
]

/** Builds that break a rule of a failing disk, each in its own way. */
export function failingDiskControls(seed: number): Promise<DiskControl[]> {
  return Promise.all([
    control({ seed, name: 'acknowledges although the commit failed', build: sabotage('ack-despite-failure'), sign: 'I1' }),
    control({ seed, name: 'tries a failed fsync again', build: sabotage('retry-fsync'), sign: 'fsync' }),
  ])
}

/** So many errors, of each case in turn. None when there are to be none. */
export async function failingDisk(seed: number, errors: number): Promise<Row[]> {
  if (errors === 0) return []
  const faults: string[] = []
  const figures = { acknowledged: 0, onWork: 0 }
  for (let n = 0; n < errors; n += 1) {
    const one = CASES[n % CASES.length] as Case
    const end = await runCase(one, seed + n)
    faults.push(...end.faults.map((fault) => `${one.name}: ${fault}`))
    if (end.faults.length === 0) await removeFolder(end.folder)
    figures.acknowledged += end.acknowledged
    figures.onWork += end.onWork
  }
  const { onWork, acknowledged } = figures
  const row = {
    id: 'D5',
    name: `I/O error at ${CASES.map(({ name }) => name).join(', ')}`,
    cases: errors,
    faults,
    figures: `${onWork} on work in flight; ${acknowledged} acknowledged, each there after the restart; no fsync tried again`,
  }
  return [row]
}

interface ControlOptions {
  seed: number
  name: string
  build: URL
  /** What the faults of the build must speak of. */
  sign: string
}

async function control({ seed, name, build, sign }: ControlOptions): Promise<DiskControl> {
  const sabotaged = { ...(CASES[0] as Case), preload: [build], nextJob: laterJob }
  const signsOf = ({ faults }: End) => faults.filter((fault) => fault.includes(sign))
  const { report, sight } = await runUntilMet({
    run: (n) => runCase(sabotaged, seed + n),
    met: ({ faults }) => !faults.includes(NEVER_CAME),
    seen: (end) => signsOf(end).length > 0,
  })
  await removeFolder(report.folder)
  return { name, sight, says: signsOf(report)[0] ?? '' }
}

interface End {
  faults: string[]
  acknowledged: number
  onWork: number
  folder: string
}

async function runCase({ files, call, when, preload, nextJob: next = nextJob }: Case, seed: number): Promise<End> {
  const faults: string[] = []
  let log = ''
  const report = await runRound({
    seed,
    clients: 8,
    pauseMs: 10,
    nextJob: next,
    env: { CALLBACK_RETRY_SCHEDULE: '200ms' },
    preload,
    timeLimitMs: PATIENCE_MS,
    faults: 1,
    under(folder, life) {
      if (life > 1) return []
      log = join(folder, 'trace')
      // The seed decides the moment.
      const nth = when[0] + (seed % (when[1] - when[0] + 1))
      const paths = files.flatMap((end) => ['-P', join(folder, 'data', `ringback.db${end}`)])
      return [...traced(CALLS, undefined, log), ...paths, '-e', `inject=${call}:error=EIO:when=${nth}`]
    },
    async fault(service) {
      const end = await ended(service)
      if (end === null) faults.push('the service went on')
      else if (end.signal !== null || end.code === 0) faults.push(`the service ended with ${end.code ?? end.signal}`)
      const { met, syncsAfter, synced } = await readFailure(log)
      if (!met) faults.push(NEVER_CAME)
      // What one thread cannot read is no reason for another not to finish its write.
      if (syncsAfter > 0 && call !== 'pread64') faults.push(`${syncsAfter} calls of fsync after the failed one`)
      if (files.includes('-wal') && call !== 'pread64') truncateSync(join(log, '..', 'data', 'ringback.db-wal'), synced)
    },
  })
  faults.push(...failuresOf(report))
  return { faults, acknowledged: report.tally.acknowledged, onWork: report.tally.killsOnWork, folder: report.folder }
}

function nextJob(url: string, rng: Rng): object {
  return { type: 'fault.noop', payload: 'x'.repeat(rng.between(1, 6000)), callback_url: `${url}/ok` }
}

function laterJob(url: string, rng: Rng): object {
  return { ...nextJob(url, rng), run_at: new Date(Date.now() + SUBMITS_ALONE_MS).toISOString() }
}

/** How the service ended; null when it had to be killed because it did not. */
async function ended(service: RestartableService) {
  const fall = service.fall()
  const end = await Promise.race([fall, sleep(PATIENCE_MS / 3, null, { ref: false })])
  if (end !== null) return end
  service.alive()?.signal('SIGKILL')
  await fall
  return null
}

/** What the trace shows: whether the error came, how often an fsync was asked for after it, and how much of the log was synced. */
async function readFailure(trace: string): Promise<{ met: boolean; syncsAfter: number; synced: number }> {
  let met = false
  let syncsAfter = 0
  let written = 0
  let synced = 0
  for await (const { phase, call, args, ...moment } of readTrace(trace)) {
    const isSync = call === 'fsync' || call === 'fdatasync'
    if (phase === 'enter') {
      if (met && isSync) syncsAfter += 1
      continue
    }
    const result = 'result' in moment ? moment.result : 0
    if (result < 0) met = true
    else if (isSync) synced = written
    else if (call === 'pwrite64') {
      const offset = Number(/(\d+)$/.exec(args)?.[1])
      // A log that begins anew: what was synced of the old one is in the database.
      if (offset === 0) synced = 0
      written = offset + result
    }
  }
  return { met, syncsAfter, synced }
}
