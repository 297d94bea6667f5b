/** `npm run fault -- input`: bytes that are no request, hide one, are too many, or would not come back as they were sent. First on builds that must fail. */
import type { Group } from './group.ts'
import { JSON_ENV, runJson, runLargeJson } from './input/json.ts'
import { mediaTypes } from './input/media-types.ts'
import { runOversize } from './input/oversize.ts'
import { DESYNC, runSmuggling } from './input/smuggling.ts'
import { onStage, type Stage } from './input/stage.ts'
import { runTable } from './input/table.ts'
import { targets } from './input/targets.ts'
import { residentOf } from './process-figures.ts'

const RESERIALIZED = new URL('./sabotage/reserialized.ts', import.meta.url)
const NO_BODY_LIMIT = new URL('./sabotage/no-body-limit.ts', import.meta.url)
const LENIENT_PARSER = new URL('./sabotage/lenient-parser.ts', import.meta.url)

const MIB = 1024 * 1024
const LARGE_BYTES = 100 * MIB
const CONTROL_BYTES = 2 * MIB
const CONTROL_DOCUMENTS = 40
const CONTROL_PATIENCE_MS = 500
/** Resident memory that all rounds but the first may leave behind. */
const MOST_LEFT_BYTES = 32 * MIB

export interface InputReport {
  groups: Group[]
  /** Resident MiB: beyond the beginning at most while large bodies came, and left behind by all rounds but the first. */
  peakMib: number
  leftMib: number
}

/** Payloads as a reader understood them: the number of documents that were altered. */
export function runReserializedControl(seed: number): Promise<number> {
  return onStage(JSON_ENV, [RESERIALIZED], async (stage) => count(await runJson(stage, CONTROL_DOCUMENTS, seed), 'altered'))
}

/** Bodies of any size: the number of those that were taken although they are too large. */
export function runUnboundedControl(): Promise<number> {
  return onStage({}, [NO_BODY_LIMIT], async (stage) => count(await runOversize(stage, CONTROL_BYTES, CONTROL_PATIENCE_MS), 'answered 202'))
}

/** A parser that forgives: the number of requests that were answered in another's place. */
export function runLenientControl(): Promise<number> {
  return onStage({}, [LENIENT_PARSER], async (stage) => count(await runSmuggling(stage, CONTROL_PATIENCE_MS), DESYNC))
}

function count({ faults }: Group, word: string): number {
  return faults.filter((fault) => fault.includes(word)).length
}

/** Everything that has a table or a corpus, so many times over; large bodies of so many bytes. */
export function runProtocol(rounds: number, largeBytes: number): Promise<InputReport> {
  return onStage({}, [], async (stage) => {
    const { peakMib, ...oversize } = await runOversize(stage, largeBytes)
    const groups = [oversize, ...(await round(stage))]
    const before = await residentOf(stage.service)
    for (let n = 1; n < rounds; n += 1) groups.push(...(await round(stage)))
    const left = (await residentOf(stage.service)) - before
    groups.push(await health(stage, [left > MOST_LEFT_BYTES ? `${Math.round(left / MIB)} MiB left behind by ${rounds - 1} rounds` : null]))
    return { groups, peakMib, leftMib: left / MIB }
  })
}

/** Documents, random ones and odd ones; on `large` also those that take their time. */
export function runDocuments(documents: number, seed: number, large: boolean): Promise<Group[]> {
  return onStage(JSON_ENV, [], async (stage) => [
    await runJson(stage, documents, seed),
    ...(large ? [await runLargeJson(stage)] : []),
    await health(stage),
  ])
}

async function round(stage: Stage): Promise<Group[]> {
  return [
    await runSmuggling(stage),
    await runTable(stage, 'V6', 'media types and encodings', mediaTypes()),
    await runTable(stage, 'V7', 'targets, methods, sizes, expectations and versions', targets()),
  ]
}

/** The service afterwards. */
async function health({ service, api }: Stage, also: readonly (string | null)[] = []): Promise<Group> {
  const { status } = await api.call('GET', '/readyz')
  const bugs = service.output().match(/^\{"level":[56]0.*$/gm) ?? []
  const checks = [status === 200 ? null : `/readyz answers ${status}`, bugs[0] ?? null, ...also]
  return { id: 'V', name: 'ready afterwards, nothing in its log', cases: checks.length, faults: checks.filter((fault) => fault !== null) }
}

export interface InputOptions {
  documents: number
  rounds: number
  seed: number
  print: (line: string) => void
}

/** True when the controls failed as they must and every case came out as expected. */
export async function input({ documents, rounds, seed, print }: InputOptions): Promise<boolean> {
  if (!(await controlsFail(seed, print))) return false
  print(`${rounds} rounds of requests, ${documents} documents (seed ${seed})`)
  const protocol = await runProtocol(rounds, LARGE_BYTES)
  const groups = merge([...protocol.groups, ...(await runDocuments(documents, seed, true))])

  print('row      as expected   what')
  for (const { id, name, cases, faults } of groups) print(`${id.padEnd(6)} ${`${cases - faults.length}/${cases}`.padStart(13)}   ${name}`)
  const faults = groups.flatMap(({ id, faults: wrong }) => wrong.map((fault) => `${id} ${fault}`))
  for (const fault of faults.slice(0, 20)) print(`BREACH  ${fault}`)
  const cases = groups.reduce((sum, group) => sum + group.cases, 0)
  print(
    `${faults.length === 0 ? 'held' : 'FAILED'}: ${cases - faults.length}/${cases}; ` +
      `resident ${protocol.peakMib.toFixed(0)} MiB more at most, ${protocol.leftMib.toFixed(1)} MiB left behind`,
  )
  return faults.length === 0
}

async function controlsFail(seed: number, print: (line: string) => void): Promise<boolean> {
  const seen = (count: number) => (count > 0 ? 'seen, as it must be' : 'NOT SEEN')
  const altered = await runReserializedControl(seed)
  print(`control: payloads serialised again: ${altered} documents altered, ${seen(altered)}`)
  const taken = await runUnboundedControl()
  print(`control: bodies of any size: ${taken} too large ones taken, ${seen(taken)}`)
  const desyncs = await runLenientControl()
  print(`control: a parser that forgives: ${desyncs} requests answered in another's place, ${seen(desyncs)}`)
  return altered > 0 && taken > 0 && desyncs > 0
}

/** Groups of the same name as one. */
function merge(groups: readonly Group[]): Group[] {
  const merged = Map.groupBy(groups, ({ id, name }) => `${id} ${name}`)
  return [...merged.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [
          {
            ...first,
            cases: more.reduce((sum, { cases }) => sum + cases, first.cases),
            faults: [first, ...more].flatMap(({ faults }) => faults),
          },
        ],
  )
}
