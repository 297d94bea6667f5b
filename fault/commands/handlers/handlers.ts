/** `npm run fault -- handlers`: misbehaving handlers beside innocent ones. First on a build with one thread for all, where it must fail. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import { removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { eachOf } from '../../harness/each-of.ts'
import { COLLECT_ON_SIGNAL, residentOf } from '../../harness/process-figures.ts'
import { untilAllEnded } from '../../harness/settle.ts'
import { countFreeSlots } from './free-slots.ts'
import { INNOCENT, MISBEHAVING, modules } from './misbehaving-modules.ts'

const SHARED_FATE = sabotage('shared-fate')
const CLIENTS = 16
const SLOTS = 16
const THREADS = 2
const HANDLER_MEMORY = 96 * 1024 ** 2
/** Long enough for every time-out and grace, several times over. */
const MOST_MS = 30 * 60_000
/** For threads that are not wanted any more to end, and for the runs of all slots to meet. */
const SETTLE_MS = 60_000

export interface HandlersReport {
  innocent: { completed: number; lost: number; failed: number; attemptsSpent: number }
  /** Misbehaving ones that have not ended. */
  stuck: number
  /** Runs that go on at a time afterwards, of all that may. */
  slots: { free: number; all: number }
  /** Resident, bytes; `most` is what may be left. */
  memory: { before: number; after: number; most: number }
}

export interface RoundOptions {
  types: readonly string[]
  /** Jobs of every type; one innocent job goes with each. */
  each: number
  threads?: number
  preload?: readonly URL[]
}

export async function runHandlers({ types, each, threads = THREADS, preload = [] }: RoundOptions): Promise<HandlersReport> {
  const folder = await tempFolder()
  const handlersDir = join(folder, 'handlers')
  await mkdir(handlersDir)
  for (const [name, source] of Object.entries(modules())) await writeFile(join(handlersDir, name), source)
  const env = {
    HANDLER_THREADS: `${threads}`,
    HANDLER_MEMORY: `${HANDLER_MEMORY / 1024 ** 2} MiB`,
    JOB_CONCURRENCY: `${SLOTS}`,
    LOG_LEVEL: 'error',
  }
  const service = await startService({
    dataDir: join(folder, 'data'),
    handlersDir,
    env,
    preload: [COLLECT_ON_SIGNAL, ...preload],
  })
  try {
    const before = await residentOf(service)
    const turns = Array.from({ length: each }, () => types.flatMap((type) => [INNOCENT, type])).flat()
    const ends = await runAll(service.api, turns)
    const innocent = ends.filter(({ type }) => type === INNOCENT)
    const free = await countFreeSlots(service.api, SLOTS, SETTLE_MS)
    const most = before + threads * HANDLER_MEMORY
    return {
      innocent: {
        completed: innocent.filter(({ status }) => status === 'completed').length,
        lost: innocent.filter(isOpen).length,
        failed: innocent.filter(({ status }) => status === 'failed').length,
        attemptsSpent: innocent.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0),
      },
      stuck: ends.filter((end) => end.type !== INNOCENT && isOpen(end)).length,
      slots: { free, all: SLOTS },
      memory: { before, after: await settledMemory(service, most), most },
    }
  } finally {
    await service.kill()
    await removeFolder(folder)
  }
}

/** Submits a job of each type named, waits until none is open or the time is up, and reads them. */
async function runAll(api: Api, types: readonly string[]): Promise<End[]> {
  const ids: string[] = []
  await eachOf(types, CLIENTS, async (type) => void ids.push((await api.submit({ type, payload: 1 })).json.id))
  // What is still open then is counted.
  await untilAllEnded(api, MOST_MS).catch(() => {})
  const ends: End[] = []
  await eachOf(ids, CLIENTS, async (id) => void ends.push((await api.job(id)).json))
  return ends
}

interface End {
  type: string
  status: string
  attempt: number
}

function isOpen({ status }: End): boolean {
  return status === 'pending' || status === 'running'
}

/** Once it is within its bound, or as it is when the time is up. */
async function settledMemory(service: Service, most: number): Promise<number> {
  for (const until = performance.now() + SETTLE_MS; ; await sleep(500)) {
    const bytes = await residentOf(service)
    if (bytes <= most || performance.now() > until) return bytes
  }
}

/** What is wrong with a round, a line each; none = nobody innocent has paid, and nothing was left behind. */
export function failuresOf({ innocent, stuck, slots, memory }: HandlersReport): string[] {
  const { lost, failed, attemptsSpent } = innocent
  return [
    ...(lost + failed + attemptsSpent > 0 ? [`innocent jobs: lost ${lost}, failed ${failed}, attempts spent ${attemptsSpent}`] : []),
    ...(stuck > 0 ? [`${stuck} misbehaving jobs have not ended`] : []),
    ...(slots.free < slots.all ? [`${slots.free} of ${slots.all} slots are free afterwards`] : []),
    ...(memory.after > memory.most ? [`${mib(memory.after)} are left of ${mib(memory.before)} before (at most ${mib(memory.most)})`] : []),
  ]
}

/** A round on a build with one thread for all, in which every run of a lost thread pays for it. */
export function runControl(): Promise<HandlersReport> {
  return runHandlers({ types: ['loop.later', 'memory.async'], each: 4, threads: 1, preload: [SHARED_FATE] })
}

/** True when the control failed as it must and the real build held. */
export async function handlers({ jobs, print, record }: { jobs: number } & Output): Promise<boolean> {
  print('control: one thread for all, and every run of a lost thread pays for it')
  const { attemptsSpent } = (await runControl()).innocent
  print(`  ${attemptsSpent} attempts of innocent jobs spent: ${describeSight(attemptsSpent > 0)}`)
  if (attemptsSpent === 0) return false
  const each = Math.ceil(jobs / MISBEHAVING.length)
  print(`${each * MISBEHAVING.length} jobs of ${MISBEHAVING.length} misbehaving types, an innocent one beside each`)
  const report = await runHandlers({ types: MISBEHAVING, each })
  const { innocent, stuck, slots, memory } = report
  print(
    `  innocent      ${innocent.completed} completed, lost ${innocent.lost}, failed ${innocent.failed}, ` +
      `attempts spent ${innocent.attemptsSpent}`,
  )
  print(`  misbehaving   ${stuck} have not ended`)
  print(`  slots free    ${slots.free} of ${slots.all}`)
  print(`  memory        ${mib(memory.before)} before, ${mib(memory.after)} afterwards (at most ${mib(memory.most)})`)
  record(
    {
      'misbehaving jobs': each * MISBEHAVING.length,
      'of so many types': MISBEHAVING.length,
      'innocent jobs lost': innocent.lost,
      'innocent jobs failed': innocent.failed,
      'attempts of innocent jobs spent': innocent.attemptsSpent,
      'slots free afterwards': `${slots.free} of ${slots.all}`,
      'memory before and afterwards': `${mib(memory.before)}, ${mib(memory.after)}`,
    },
    { cases: `${each * MISBEHAVING.length} jobs of ${MISBEHAVING.length} hostile types`, lost: String(innocent.lost) },
  )
  const failures = failuresOf(report)
  for (const failure of failures) print(`  BREACH        ${failure}`)
  print(failures.length === 0 ? 'held' : 'FAILED')
  return failures.length === 0
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`
}
