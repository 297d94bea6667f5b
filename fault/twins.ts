/**
 * `npm run fault -- twins`: requests sent again under their Idempotency-Key, because twins race, replies are cut or the
 * service is killed before it answers. First on a build that must fail.
 */
import type { Api } from '../test/support/api.ts'
import { removeFolder } from '../test/support/service.ts'
import type { Verdict } from './checker-process.ts'
import { machineTime } from './history.ts'
import { conclude, sightOf } from './report.ts'
import { noteDeliveries, pollUntilSettled } from './settle.ts'
import { cutReplies, KEYS_AT_ONCE, killBeforeReplies, sendCrowds } from './twins/faults.ts'
import { reuseRefusedKeys } from './twins/refusals.ts'
import { BOUND_MS, setStage } from './twins/stage.ts'
import { sendStrangers } from './twins/strangers.ts'
import { failuresOfTwins } from './twins/verdict.ts'

const LATE_KEY = new URL('./sabotage/late-key.ts', import.meta.url)
const CONTROL_KILLS = 4
const CROWDS = 20
const STRANGE_KEYS = 50
const SHOWN_FAILURES = 10
const LIST = '/v1/jobs?limit=100&tenant=*'

export interface TwinsOptions {
  /** Keys of which all twins set out at once, and how many each has. */
  crowds: number
  twins: number
  cuts: number
  kills: number
  /** Keys that are tried with other bodies and by other tenants. */
  strangeKeys: number
  seed: number
  /** The service has a Redis, which lives on. */
  redis?: boolean
  preload?: readonly URL[]
}

export interface TwinsReport extends Verdict {
  requests: number
  jobs: number
  /** Acknowledgements, and those that said an earlier submit had made the job. */
  answers: number
  replayed: number
  cuts: number
  /** After how many milliseconds twins were told to come back. */
  conflicts: readonly number[]
  /** What was wrong, a line each. */
  failures: string[]
  folder: string
}

export async function runTwins(options: TwinsOptions): Promise<TwinsReport> {
  const { seed, twins, redis = false, preload = [] } = options
  const stage = await setStage({ seed, redis, preload, connections: twins * KEYS_AT_ONCE })
  const { checker, service, told, conflicts, proxy, folder } = stage
  try {
    await sendCrowds(stage, { keys: options.crowds, twins })
    await cutReplies(stage, options.cuts)
    const { cuts } = proxy
    await killBeforeReplies(stage, options.kills)
    const failures =
      options.strangeKeys > 0 ? [...(await sendStrangers(stage, options.strangeKeys)), ...(await reuseRefusedKeys(stage))] : []

    checker.note({ kind: 'calm', at: machineTime() })
    const survivor = await service.start()
    const ids = new Set(told.map((answer) => answer.document.id as string))
    await pollUntilSettled(survivor, [...ids], BOUND_MS, checker.note)
    await noteDeliveries(survivor.api, checker.note)
    const stored = await listJobs(survivor.api)
    const verdict = await checker.verdict()
    failures.push(...failuresOfTwins(told, conflicts, stored))
    failures.push(...verdict.findings.map(({ invariant, jobId, says }) => `${invariant} ${jobId ?? 'overall'}: ${says}`))
    return {
      ...verdict,
      requests: new Set(told.map((answer) => answer.request)).size,
      jobs: stored.length,
      answers: told.length,
      replayed: told.filter((answer) => answer.replayed).length,
      cuts,
      conflicts,
      failures,
      folder,
    }
  } finally {
    await stage.close()
  }
}

/** Ids of every job of every tenant. */
async function listJobs(api: Api): Promise<string[]> {
  const ids: string[] = []
  for (let path: string | null = LIST; path !== null; ) {
    const page: { data: { id: string }[]; next_cursor: string | null } = (await api.call('GET', path)).json
    ids.push(...page.data.map((job) => job.id))
    path = page.next_cursor === null ? null : `${LIST}&cursor=${encodeURIComponent(page.next_cursor)}`
  }
  return ids
}

/** Kills only, on a build that writes the key by a commit of its own: there must be jobs nobody was told of. */
export function runControl(seed: number, kills = CONTROL_KILLS, redis = false): Promise<TwinsReport> {
  return runTwins({ crowds: 0, twins: 4, cuts: 0, kills, strangeKeys: 0, seed, redis, preload: [LATE_KEY] })
}

/** True when the control failed as it must and the real build held. Leaves the folder of a run that went wrong. */
export async function twins(
  options: Pick<TwinsOptions, 'twins' | 'cuts' | 'kills' | 'seed'> & { redis: boolean; print: (line: string) => void },
): Promise<boolean> {
  const { print, seed, redis } = options
  print(`control: ${CONTROL_KILLS} kills of a build that writes the key apart from its job (seed ${seed})`)
  const control = await runControl(seed, CONTROL_KILLS, redis)
  const extra = control.jobs - control.requests
  print(`  ${control.requests} requests became ${control.jobs} jobs: ${sightOf(extra > 0)}`)
  if (extra <= 0) {
    print(`  the checker is blind; history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(`${CROWDS} keys with ${options.twins} twins each, ${options.cuts} replies cut, ${options.kills} kills (seed ${seed})`)
  const report = await runTwins({ ...options, crowds: CROWDS, strangeKeys: STRANGE_KEYS })
  const { tally, failures } = report
  print(`  requests              ${report.requests}, each by a key of its own`)
  print(`  jobs                  ${report.jobs}`)
  print(`  answers               ${report.answers}, ${report.replayed} of them with the job of an earlier submit`)
  const { length: conflicts } = report.conflicts
  print(`  told to come back     ${conflicts}${conflicts > 0 ? `, the first after ${Math.floor(Math.min(...report.conflicts))} ms` : ''}`)
  print(`  replies cut           ${report.cuts}`)
  print(`  kills                 ${tally.kills}, ${tally.killsOnWork} of them on work in flight`)
  print(`  callbacks             ${tally.callbacks} received, ${tally.duplicates} of them again after a kill`)
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH                ${failure}`)
  if (failures.length > SHOWN_FAILURES) print(`                        and ${failures.length - SHOWN_FAILURES} more`)
  const held = failures.length === 0
  return conclude(held, report.folder, print)
}
