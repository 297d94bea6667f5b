/** `npm run fault -- fuzz`: schemathesis makes requests of the OpenAPI document. First on a build that does not keep to it. */
import { join } from 'node:path'
import { removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS, sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { fill, openReceiver } from './live.ts'
import { type Fuzzing, fuzzWith, SKIPPED, withSchemathesis } from './schemathesis.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const MISSING_MEMBER = sabotage('missing-member')
const CONTROL_CASES = 10
/** What schemathesis says of an answer that is not as its document has it. */
const BROKEN_SCHEMA = 'Response violates schema'
/** Receivers that refuse for good stay quick to refuse. */
const ENV = { LOG_LEVEL: 'warn', CALLBACK_BREAKER: 'off' }
/** Of an operation's cases, those that use up a dead letter. */
const DEAD_SHARE = 0.5

type Options = Omit<Fuzzing, 'live'> & { preload?: readonly URL[] }

/** A fresh service with something of everything, fuzzed. */
export async function runFuzz({ preload = [], ...options }: Options): Promise<Verdict> {
  const folder = await tempFolder()
  const receiver = await openReceiver()
  const service = await startService({ dataDir: join(folder, 'data'), handlersDir: HANDLERS, env: ENV, preload })
  try {
    const live = await fill(service, receiver, Math.ceil(options.casesEach * DEAD_SHARE))
    const found = await fuzzWith({ ...options, live })
    const { paths } = (await service.api.call('GET', '/openapi.json')).json
    const verdict = verdictOf(found, operationsOf(paths, options.tag))
    const ready = await service.api.call('GET', '/readyz')
    if (ready.status !== 200) verdict.faults.push(`not ready afterwards: ${ready.text}`)
    return verdict
  } finally {
    await service.kill()
    await receiver.close()
    await removeFolder(folder)
  }
}

/** A tenant's document lacks a member: true when the broken schema was seen. */
export async function runControl(program: string, seed: number): Promise<boolean> {
  const options = { program, seed, casesEach: CONTROL_CASES, phases: 'fuzzing', tag: 'Tenants', preload: [MISSING_MEMBER] }
  return (await runFuzz(options)).faults.some((fault) => fault.includes(BROKEN_SCHEMA))
}

/** All but the document itself, which schemathesis leaves out. */
function operationsOf(paths: Record<string, Record<string, { tags: string[] }>>, tag?: string): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => path !== '/openapi.json' && !SKIPPED.includes(path) && (tag === undefined || tags.includes(tag)))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
}

export interface FuzzOptions {
  /** Random cases of each operation that has parameters or a body. */
  each: number
  seed: number
}

/** True when the control was seen, every operation was reached, and nothing broke the document. */
export function fuzz({ each, seed, print, record }: FuzzOptions & Output): Promise<boolean> {
  return withSchemathesis(async (program) => {
    const seen = await runControl(program, seed)
    print(`control: a document lacks a member: ${describeSight(seen)}`)
    if (!seen) return false

    print(`${each} random cases of each operation (seed ${seed})`)
    const started = performance.now()
    const { rows, cases, serverErrors, faults } = await runFuzz({ program, seed, casesEach: each, phases: 'coverage,fuzzing' })
    const seconds = (performance.now() - started) / 1000
    print('  cases    2xx   operation')
    for (const row of rows) {
      print(`${String(row.cases).padStart(7)} ${`${Math.round((100 * row.succeeded) / row.cases)} %`.padStart(6)}   ${row.operation}`)
    }
    for (const fault of faults) print(`BREACH  ${fault}`)
    const least = Math.min(...rows.map((row) => row.succeeded / row.cases))
    print(
      `${faults.length === 0 ? 'held' : 'FAILED'}: ${cases} cases of ${rows.length} operations in ${seconds.toFixed(0)} s, ` +
        `${serverErrors} answers of 5xx, at least ${Math.floor(least * 100)} % of an operation's cases 2xx`,
    )
    record({
      'random cases': cases,
      operations: rows.length,
      'answers of 5xx': serverErrors,
      'least share of 2xx of an operation': `${Math.floor(least * 100)} %`,
    })
    return faults.length === 0
  })
}
