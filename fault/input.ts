/** `npm run fault -- input`: bytes that are no request, hide one, are too many, or would not come back as they were sent. First on builds that must fail. */
import type { Group } from './group.ts'
import { JSON_ENV, runJson, runLargeJson } from './input/json.ts'
import { mediaTypes } from './input/media-types.ts'
import { runOversize } from './input/oversize.ts'
import { type Repeats, runRepeats } from './input/repeats.ts'
import { DESYNC, runSmuggling } from './input/smuggling.ts'
import { onStage, type Stage } from './input/stage.ts'
import { runTable } from './input/table.ts'
import { targets } from './input/targets.ts'
import { sightOf } from './report.ts'

const RESERIALIZED = new URL('./sabotage/reserialized.ts', import.meta.url)
const NO_BODY_LIMIT = new URL('./sabotage/no-body-limit.ts', import.meta.url)
const LENIENT_PARSER = new URL('./sabotage/lenient-parser.ts', import.meta.url)
const KEEPS_CONNECTIONS = new URL('./sabotage/keeps-connections.ts', import.meta.url)

const MIB = 1024 * 1024
const LARGE_BYTES = 100 * MIB
const CONTROL_BYTES = 2 * MIB
const CONTROL_DOCUMENTS = 40
const CONTROL_PATIENCE_MS = 500
const CONTROL_ROUNDS = 5
const CONTROL_LOTS = 4

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

/** Connections that are kept for ever: resident MiB that each lot of rounds left behind, and whether that was taken for level. */
function runKeptControl(): Promise<Repeats> {
  return onStage({}, [KEEPS_CONNECTIONS], (stage) => runRepeats(stage, () => round(stage), CONTROL_ROUNDS, CONTROL_LOTS))
}

/** Everything that has a table or a corpus, once; large bodies of so many bytes. `peakMib`: resident beyond the beginning while they came. */
export function runProtocol(largeBytes: number): Promise<{ groups: Group[]; peakMib: number }> {
  return onStage({}, [], async (stage) => {
    const { peakMib, ...oversize } = await runOversize(stage, largeBytes)
    return { groups: [oversize, ...(await round(stage)), await health(stage)], peakMib }
  })
}

/** The same over and over, in lots of so many rounds. */
function runLots(rounds: number): Promise<Repeats> {
  return onStage({}, [], async (stage) => {
    const lots = await runRepeats(stage, () => round(stage), rounds)
    const grows = lots.level ? null : `memory grows: ${mib(lots.left)} MiB more after each ${rounds} rounds`
    return { ...lots, groups: [...lots.groups, await health(stage, [grows])] }
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
  print(`requests in lots of ${rounds} rounds, ${documents} documents (seed ${seed})`)
  const protocol = await runProtocol(LARGE_BYTES)
  const lots = await runLots(rounds)
  const groups = merge([...protocol.groups, ...lots.groups, ...(await runDocuments(documents, seed, true))])

  print('row      as expected   what')
  for (const { id, name, cases, faults } of groups) print(`${id.padEnd(6)} ${`${cases - faults.length}/${cases}`.padStart(13)}   ${name}`)
  const faults = groups.flatMap(({ id, faults: wrong }) => wrong.map((fault) => `${id} ${fault}`))
  for (const fault of faults.slice(0, 20)) print(`BREACH  ${fault}`)
  const cases = groups.reduce((sum, group) => sum + group.cases, 0)
  print(
    `${faults.length === 0 ? 'held' : 'FAILED'}: ${cases - faults.length}/${cases}; ` +
      `resident ${protocol.peakMib.toFixed(0)} MiB more at most; left behind by each ${rounds} rounds: ${mib(lots.left)} MiB`,
  )
  return faults.length === 0
}

async function controlsFail(seed: number, print: (line: string) => void): Promise<boolean> {
  const altered = await runReserializedControl(seed)
  print(`control: payloads serialised again: ${altered} documents altered, ${sightOf(altered > 0)}`)
  const taken = await runUnboundedControl()
  print(`control: bodies of any size: ${taken} too large ones taken, ${sightOf(taken > 0)}`)
  const desyncs = await runLenientControl()
  print(`control: a parser that forgives: ${desyncs} requests answered in another's place, ${sightOf(desyncs > 0)}`)
  const kept = await runKeptControl()
  print(`control: connections kept for ever: ${mib(kept.left)} MiB more after each ${CONTROL_ROUNDS} rounds, ${sightOf(!kept.level)}`)
  return altered > 0 && taken > 0 && desyncs > 0 && !kept.level
}

function mib(figures: readonly number[]): string {
  return figures.map((figure) => figure.toFixed(1)).join(', ')
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
