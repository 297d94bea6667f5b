/**
 * `npm run fault -- duplicates`: requests sent again under their Idempotency-Key, because copies race, replies are cut or the
 * service is killed before it answers. First on a build that must fail.
 */
import type { Api } from '../../../test/support/api.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Verdict } from '../../harness/checker-process.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { machineTime } from '../../harness/history.ts'
import type { Shape } from '../../harness/own-servers.ts'
import { conclude } from '../../harness/report.ts'
import { noteDeliveries, pollUntilSettled } from '../../harness/settle.ts'
import { cutReplies, KEYS_AT_ONCE, killBeforeReplies, sendDuplicates } from './faults.ts'
import { reuseRefusedKeys } from './refusals.ts'
import { reuseKeys } from './reused-keys.ts'
import { BOUND_MS, setUp } from './setup.ts'
import { failuresOfDuplicates } from './verdict.ts'

const LATE_KEY = sabotage('late-key')
const CONTROL_KILLS = 2
const KEYS = 20
const REUSED_KEYS = 50
const SHOWN_FAILURES = 10
const LIST = '/v1/jobs?limit=100&tenant=*'

export interface DuplicatesOptions extends Shape {
  /** Keys of which all copies set out at once, and how many each has. */
  keys: number
  copies: number
  cuts: number
  kills: number
  /** Keys that are tried with other bodies and by other tenants. */
  reusedKeys: number
  seed: number
  /** The moment of every kill; without it each kill has another. */
  killWhen?: 'stored'
  preload?: readonly URL[]
}

export interface DuplicatesReport extends Verdict {
  requests: number
  jobs: number
  /** Acknowledgements, and those that said an earlier submit had made the job. */
  answers: number
  replayed: number
  cuts: number
  /** After how many milliseconds copies were told to come back. */
  conflicts: readonly number[]
  /** What was wrong, a line each. */
  failures: string[]
  folder: string
}

export async function runDuplicates(options: DuplicatesOptions): Promise<DuplicatesReport> {
  const { copies, preload = [] } = options
  const setup = await setUp({ ...options, preload, connections: copies * KEYS_AT_ONCE })
  const { checker, service, told, conflicts, proxy, folder } = setup
  try {
    await sendDuplicates(setup, { keys: options.keys, copies })
    await cutReplies(setup, options.cuts)
    const { cuts } = proxy
    await killBeforeReplies(setup, options.kills, options.killWhen)
    const failures = options.reusedKeys > 0 ? [...(await reuseKeys(setup, options.reusedKeys)), ...(await reuseRefusedKeys(setup))] : []

    checker.note({ kind: 'calm', at: machineTime() })
    const survivor = await service.start()
    const ids = new Set(told.map((answer) => answer.document.id as string))
    await pollUntilSettled(survivor, [...ids], BOUND_MS, checker.note)
    await noteDeliveries(survivor.api, checker.note)
    const stored = await listJobs(survivor.api)
    const verdict = await checker.verdict()
    failures.push(...failuresOfDuplicates(told, conflicts, stored))
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
    await setup.close()
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

/** A build that writes the key by a commit of its own, killed as soon as a job is stored: there must be jobs nobody was told of. */
export function runControl(seed: number, { redis = false, postgres = false }: Shape = {}): Promise<Control<DuplicatesReport>> {
  const options = { keys: 0, copies: 4, cuts: 0, kills: CONTROL_KILLS, reusedKeys: 0, redis, postgres, preload: [LATE_KEY] }
  return runUntilMet({
    run: (n) => runDuplicates({ ...options, seed: seed + n, killWhen: 'stored' }),
    // A job was stored before each kill, and the answer had the gap between the two commits still before it.
    met: ({ tally }) => tally.kills === CONTROL_KILLS,
    seen: ({ jobs, requests }) => jobs > requests,
  })
}

type Command = Pick<DuplicatesOptions, 'copies' | 'cuts' | 'kills' | 'seed' | 'redis' | 'postgres'>

/** True when the control failed as it must and the real build held. Leaves the folder of a run that went wrong. */
export async function duplicates({ print, record, ...options }: Command & Output): Promise<boolean> {
  const { seed } = options
  print(`control: a build that writes the key apart from its job, killed as soon as a job is stored (seed ${seed})`)
  const { report: control, sight } = await runControl(seed, options)
  print(`  ${control.requests} requests became ${control.jobs} jobs: ${describeSight(sight)}`)
  if (sight !== 'seen') {
    print(`  history and data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(`${KEYS} keys with ${options.copies} copies each, ${options.cuts} replies cut, ${options.kills} kills (seed ${seed})`)
  const report = await runDuplicates({ ...options, keys: KEYS, reusedKeys: REUSED_KEYS })
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
  record(
    {
      'keys, with copies each at once': `${KEYS} × ${options.copies}`,
      'replies cut': report.cuts,
      'kills before the reply': tally.kills,
      requests: report.requests,
      jobs: report.jobs,
      'answers with the job of an earlier submit': report.replayed,
      'told to come back': conflicts,
    },
    { cases: `${report.requests} requests, ${report.cuts.toLocaleString('en')} cut replies`, lost: String(tally.lost) },
  )
  return conclude(failures.length === 0, report.folder, print)
}
