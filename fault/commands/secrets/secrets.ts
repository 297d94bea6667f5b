/** `npm run fault -- secrets`: canaries in everything that is secret, and a search for them everywhere. First on a build that tells. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { conclude } from '../../harness/report.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { CANARIES, type Canary, MAY_BE_IN, PLACES, type Place } from './canaries.ts'
import type { Fault } from './faults.ts'
import { type Inspection, inspect } from './inspect.ts'
import { REFUSED_SETTING } from './settings.ts'
import { tryWrongKeys } from './wrong-keys.ts'

const TELLS_SECRETS = sabotage('tells-secrets')
/** What the sabotaged build tells, and where. */
const TOLD: readonly [Canary, Place][] = [
  ['operator key', 'log'],
  ['tenant key', 'log'],
  ['password of Basic auth', 'log'],
  ['job token', 'log'],
  ['session', 'log'],
  ['payload', 'log'],
  ['signing secret', 'database'],
  ['callback header', 'database'],
]

/** And where it has a Redis. */
const TOLD_ON_REDIS: readonly [Canary, Place][] = [...TOLD, ['operator key', 'redis']]

export interface SecretsOptions {
  seed: number
  /** The service has a Redis, which is searched as well. */
  redis: boolean
}

/** What the search does not see of what a sabotaged build tells; none = the search can be believed. */
export async function runControl(seed: number, redis = false): Promise<string[]> {
  const { leaks, folder } = await inspect({ seed, redis, broken: false, preload: [TELLS_SECRETS] })
  await removeFolder(folder)
  return toldOn(redis)
    .filter(([canary, place]) => !leaks.some((leak) => leak.canary === canary && leak.place === place))
    .map(([canary, place]) => `${canary} in ${place}`)
}

function toldOn(redis: boolean): readonly [Canary, Place][] {
  return redis ? TOLD_ON_REDIS : TOLD
}

/** True when every planted secret was found where it may be and nowhere else, and no wrong master key opened anything. */
export async function secrets({ seed, redis, print, record }: SecretsOptions & Output): Promise<boolean> {
  const obstacle = straceObstacle()
  if (obstacle !== null) throw new Error(`nothing can be traced here: ${obstacle}`)
  print('control: a build that logs credentials, cookies, queries and payloads and keeps secrets in clear')
  const unseen = await runControl(seed, redis)
  const told = toldOn(redis).length
  print(`  ${told - unseen.length} of ${told}: ${describeSight(unseen.length === 0)} ${unseen.join('; ')}`.trimEnd())
  if (unseen.length > 0) return false

  print(`${CANARIES.length} canaries in every route, answer and setting; everything broken that makes the program talk (seed ${seed})`)
  const report = await inspect({ seed, redis, broken: true })
  for (const line of tableOf(report)) print(`  ${line}`)
  const wrongKeys = await tryWrongKeys()
  const refused = wrongKeys.filter(({ wrong }) => wrong === null)
  const failures = [...report.failures, ...wrongKeys.flatMap(({ name, wrong }) => (wrong === null ? [] : [`${name}: ${wrong}`]))]

  const places = Object.keys(PLACES).length - (redis ? 0 : 1)
  const isSetting = ({ name }: Fault) => name.startsWith(REFUSED_SETTING)
  const others = report.faults.filter((fault) => !isSetting(fault)).map(({ name }) => name)
  print(
    `  faults                ${report.faults.length} fired: ${others.join(', ')}, ${report.faults.filter(isSetting).length} bad settings`,
  )
  print(`  requests              ${report.asked} to ${report.routes} routes and pages: each succeeded, was refused, and met a bug`)
  print(`  searched              ${(report.bytes / 1e6).toFixed(1)} MB in ${places} places`)
  print(`  found out of place    ${report.leaks.length}`)
  print(`  wrong master keys     ${refused.length} of ${wrongKeys.length} refused with a line that says so, no byte changed`)
  for (const failure of failures) print(`  BREACH ${failure}`)
  record({
    'requests (each route and page succeeded, was refused, and met a bug)': report.asked,
    'routes and pages': report.routes,
    'faults fired': report.faults.length,
    canaries: CANARIES.length,
    'places searched': places,
    'found out of place': report.leaks.length,
    'wrong master keys refused': `${refused.length} of ${wrongKeys.length}`,
  })
  const held = failures.length === 0
  return conclude(held, report.folder, print, 'data, reports and backup')
}

/** Canary by canary: where it may be, and where it was. */
function tableOf({ seen }: Inspection): string[] {
  const row = (canary: string, may: string, was: string) => `${canary.padEnd(32)}${may.padEnd(32)}${was}`.trimEnd()
  const placesOf = (places: Iterable<Place>) => [...places].toSorted().join(' ')
  return [
    row('canary', 'may be in', 'found in'),
    ...CANARIES.map((canary) => row(canary, placesOf(MAY_BE_IN[canary]) || '–', placesOf(seen.get(canary) ?? []) || '–')),
  ]
}
