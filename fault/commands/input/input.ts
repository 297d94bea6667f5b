/** `npm run fault -- input`: bytes that are no request, hide one, are too many, or come back altered. First on builds that must fail. */

import { sabotage } from '../../harness/builds.ts'
import type { Group } from '../../harness/case-group.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { JSON_ENV, runJson, runLargeJson } from './json.ts'
import { mediaTypes } from './media-types.ts'
import { runOversize } from './oversize.ts'
import { type Repeats, runRepeats } from './repeats.ts'
import { type Setup, withService } from './setup.ts'
import { DESYNC, runSmuggling } from './smuggling.ts'
import { runTable } from './table.ts'
import { targets } from './targets.ts'

const RESERIALIZED = sabotage('reserialized')
const NO_BODY_LIMIT = sabotage('no-body-limit')
const LENIENT_PARSER = sabotage('lenient-parser')
const KEEPS_CONNECTIONS = sabotage('keeps-connections')

const MIB = 1024 * 1024
const LARGE_BYTES = 100 * MIB
const CONTROL_BYTES = 2 * MIB
const CONTROL_DOCUMENTS = 40
const CONTROL_PATIENCE_MS = 500
const CONTROL_ROUNDS = 5
const CONTROL_LOTS = 4

/** Payloads as a reader understood them: the number of documents that were altered. */
export function runReserializedControl(seed: number): Promise<number> {
  return withService(JSON_ENV, [RESERIALIZED], async (setup) => count(await runJson(setup, CONTROL_DOCUMENTS, seed), 'altered'))
}

/** Bodies of any size: the number of those that were taken although they are too large. */
export function runUnboundedControl(): Promise<number> {
  return withService({}, [NO_BODY_LIMIT], async (setup) =>
    count(await runOversize(setup, CONTROL_BYTES, CONTROL_PATIENCE_MS), 'answered 202'),
  )
}

/** A parser that forgives: the number of requests that were answered in another's place. */
export function runLenientControl(): Promise<number> {
  return withService({}, [LENIENT_PARSER], async (setup) => count(await runSmuggling(setup, CONTROL_PATIENCE_MS), DESYNC))
}

function count({ faults }: Group, word: string): number {
  return faults.filter((fault) => fault.includes(word)).length
}

/** Connections that are kept for ever: resident MiB that each batch of rounds left behind, and whether that was taken for level. */
function runKeptControl(): Promise<Repeats> {
  return withService({}, [KEEPS_CONNECTIONS], (setup) => runRepeats(setup, () => round(setup), CONTROL_ROUNDS, CONTROL_LOTS))
}

/** Everything that has a table or a corpus, once; large bodies of so many bytes. `peakMib`: the most memory beyond the start. */
export function runProtocol(largeBytes: number): Promise<{ groups: Group[]; peakMib: number }> {
  return withService({}, [], async (setup) => {
    const { peakMib, ...oversize } = await runOversize(setup, largeBytes)
    return { groups: [oversize, ...(await round(setup)), await health(setup)], peakMib }
  })
}

/** The same over and over, in batches of so many rounds. */
function runBatches(rounds: number): Promise<Repeats> {
  return withService({}, [], async (setup) => {
    const batches = await runRepeats(setup, () => round(setup), rounds)
    const grows = batches.level ? null : `memory grows: ${mib(batches.left)} MiB more after each ${rounds} rounds`
    return { ...batches, groups: [...batches.groups, await health(setup, [grows])] }
  })
}

/** Documents, random ones and odd ones; on `large` also those that take their time. */
export function runDocuments(documents: number, seed: number, large: boolean): Promise<Group[]> {
  return withService(JSON_ENV, [], async (setup) => [
    await runJson(setup, documents, seed),
    ...(large ? [await runLargeJson(setup)] : []),
    await health(setup),
  ])
}

async function round(setup: Setup): Promise<Group[]> {
  return [
    await runSmuggling(setup),
    await runTable(setup, 'V6', 'media types and encodings', mediaTypes()),
    await runTable(setup, 'V7', 'targets, methods, sizes, expectations and versions', targets()),
  ]
}

/** The service afterwards. */
async function health({ service, api }: Setup, also: readonly (string | null)[] = []): Promise<Group> {
  const { status } = await api.call('GET', '/readyz')
  const bugs = service.output().match(/^\{"level":[56]0.*$/gm) ?? []
  const checks = [status === 200 ? null : `/readyz answers ${status}`, bugs[0] ?? null, ...also]
  return { id: 'V', name: 'ready afterwards, nothing in its log', cases: checks.length, faults: checks.filter((fault) => fault !== null) }
}

export interface InputOptions {
  documents: number
  rounds: number
  seed: number
}

/** True when the controls failed as they must and every case came out as expected. */
export async function input({ documents, rounds, seed, print, record }: InputOptions & Output): Promise<boolean> {
  if (!(await controlsFail(seed, print))) return false
  print(`requests in batches of ${rounds} rounds, ${documents} documents (seed ${seed})`)
  const protocol = await runProtocol(LARGE_BYTES)
  const batches = await runBatches(rounds)
  const groups = merge([...protocol.groups, ...batches.groups, ...(await runDocuments(documents, seed, true))])

  print('row      as expected   what')
  for (const { id, name, cases, faults } of groups) print(`${id.padEnd(6)} ${`${cases - faults.length}/${cases}`.padStart(13)}   ${name}`)
  const faults = groups.flatMap(({ id, faults: wrong }) => wrong.map((fault) => `${id} ${fault}`))
  for (const fault of faults.slice(0, 20)) print(`BREACH  ${fault}`)
  const cases = groups.reduce((sum, group) => sum + group.cases, 0)
  print(
    `${faults.length === 0 ? 'held' : 'FAILED'}: ${cases - faults.length}/${cases}; ` +
      `resident ${protocol.peakMib.toFixed(0)} MiB more at most; left behind by each ${rounds} rounds: ${mib(batches.left)} MiB`,
  )
  record(
    {
      'as expected': `${cases - faults.length} of ${cases}`,
      'most memory beyond the start': `${protocol.peakMib.toFixed(0)} MiB`,
      'left behind by each batch of rounds': `${mib(batches.left)} MiB`,
    },
    { cases: `${cases.toLocaleString('en')} requests`, lost: String(faults.length) },
  )
  return faults.length === 0
}

async function controlsFail(seed: number, print: (line: string) => void): Promise<boolean> {
  const altered = await runReserializedControl(seed)
  print(`control: payloads serialised again: ${altered} documents altered, ${describeSight(altered > 0)}`)
  const taken = await runUnboundedControl()
  print(`control: bodies of any size: ${taken} too large ones taken, ${describeSight(taken > 0)}`)
  const desyncs = await runLenientControl()
  print(`control: a parser that forgives: ${desyncs} requests answered in another's place, ${describeSight(desyncs > 0)}`)
  const kept = await runKeptControl()
  print(`control: connections kept for ever: ${mib(kept.left)} MiB more after each ${CONTROL_ROUNDS} rounds, ${describeSight(!kept.level)}`)
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
