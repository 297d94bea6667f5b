/** `npm run fault -- receivers`: everything a receiver can do, once each and by the thousand. First on builds that must fail. */

import { sabotage } from '../../harness/builds.ts'
import { inNamespace, namespaceObstacle } from '../../harness/namespace.ts'
import { ETIQUETTE } from './contract-cases.ts'
import { runFdLimit } from './fd-limit.ts'
import { type FloodReport, runFlood, STEP_MIB } from './flood.ts'
import { LONG_BODY, MISBEHAVIOUR } from './misbehaviour.ts'
import type { NamesReport } from './names.ts'
import type { CaseOutcome } from './outcome.ts'
import { runTable } from './run-cases.ts'
import { runSlowing } from './slowing.ts'
import { TLS } from './tls.ts'

const NO_DEADLINE = sabotage('no-deadline')
const NO_CAPTURE_BOUND = sabotage('no-capture-bound')
const NAMES = new URL('./names.ts', import.meta.url)

/** Resident memory a flood may take at most beyond what the service has when it begins. */
export const MOST_MIB = 128
/** What many rows may leave behind in all, however few tries they are, and for a thousand tries. */
const WARMTH_MIB = 64
const STEEPEST_MIB = 1
/** The p99 of healthy callbacks while names hang. */
const SLOWEST_MS = 500
const CONTROL_TIMES = 16

export const ROWS = [...MISBEHAVIOUR, ...TLS, ...ETIQUETTE]
export const FLOODED = [...MISBEHAVIOUR, ...TLS]

/** The rows of receivers that hang, on a build without the total deadline: every one must fail. */
export function runDeadlineControl(): Promise<CaseOutcome[]> {
  return runTable(
    MISBEHAVIOUR.filter((row) => row.id === 'R1'),
    [NO_DEADLINE],
  )
}

/** Long bodies on a build that keeps them whole: the peak must be seen. */
export function runMemoryControl(): Promise<FloodReport> {
  return runFlood([LONG_BODY], CONTROL_TIMES, [NO_CAPTURE_BOUND])
}

/** What is not as it must be in a flood of so many tries a row, a line each. */
export function judgeFlood({ rows, sockets, memory, healthy }: FloodReport, times: number): string[] {
  const faults = rows.flatMap(({ row, unexpected, peak, left }) => [
    ...unexpected.map((what) => `${row.id} ${row.name}: ${what}`),
    ...(peak > MOST_MIB ? [`${row.id} ${row.name}: ${mib(peak)} more resident while it lasted`] : []),
    ...(left > STEP_MIB ? [`${row.id} ${row.name}: ${mib(left)} left behind, for the second time`] : []),
  ])
  if (sockets.after > sockets.before) faults.push(`${sockets.after} sockets open in the end, ${sockets.before} before`)
  const thousands = (rows.length * times) / 1000
  if (memory.slope * thousands > WARMTH_MIB && memory.slope > STEEPEST_MIB) {
    faults.push(`${mib(memory.slope)} left behind by a thousand tries`)
  }
  if (healthy.delivered < healthy.sent) faults.push(`${healthy.delivered} of ${healthy.sent} healthy callbacks arrived`)
  return faults
}

export function runNames(): Promise<NamesReport> {
  return inNamespace(NAMES, [])
}

export function judgeNames({ rows, beside, arrivedOnThreads, hanging }: NamesReport): string[] {
  const faults = rows.flatMap(({ id, name, faults }) => faults.map((fault) => `${id} ${name}: ${fault}`))
  if (beside > SLOWEST_MS) faults.push(`R10 with ${hanging} names hanging the healthy p99 is ${beside.toFixed(0)} ms`)
  if (arrivedOnThreads > 0)
    faults.push(`R10 the control failed to fail: ${arrivedOnThreads} callbacks came past names that hang on threads`)
  return faults
}

export interface ReceiversOptions {
  /** Tries of each row of misbehaviour. */
  times: number
  print: (line: string) => void
}

/** True when the controls failed as they must and every row of the real build is as expected. */
export async function receivers({ times, print }: ReceiversOptions): Promise<boolean> {
  if (!(await controlsFail(print))) return false
  const faults: string[] = []

  const outcomes = await runTable(ROWS)
  for (const { code, inHand, fault } of await runSlowing()) {
    outcomes.push({
      id: 'L7',
      name: `${code}: at most ${inHand} in hand at last`,
      longestMs: 0,
      faults: fault === null ? [] : [fault],
    })
  }
  const obstacle = namespaceObstacle()
  if (obstacle === null) {
    const names = await runNames()
    outcomes.push(...names.rows)
    faults.push(...judgeNames({ ...names, rows: [] }))
    print(
      `R10 healthy p99 ${names.alone.toFixed(0)} ms alone, ${names.beside.toFixed(0)} ms while ${names.hanging} names hang (on threads: never)`,
    )
  } else {
    faults.push(`R10 was not run: there is no network namespace here, run this as root on Linux: ${obstacle}`)
  }
  const limited = await runFdLimit()
  print(
    `R11 ${limited.limit} files: ${limited.landed} tries of healthy deliveries failed for it, ${limited.delivered} delivered in the end`,
  )
  outcomes.push({ id: 'R11', name: 'no more files', longestMs: 0, faults: limited.faults })

  print(`${FLOODED.length} rows x ${times} beside a steady load, after a fifth of it to warm up`)
  const flood = await runFlood(FLOODED, times)
  faults.push(...judgeFlood(flood, times))

  for (const line of tableOf(outcomes, flood)) print(line)
  faults.push(...outcomes.flatMap(({ id, name, faults: wrong }) => wrong.map((fault) => `${id} ${name}: ${fault}`)))
  for (const fault of faults) print(`BREACH  ${fault}`)
  print(`${faults.length === 0 ? 'held' : 'FAILED'}: ${summaryOf(outcomes, flood, times)}`)
  return faults.length === 0
}

async function controlsFail(print: (line: string) => void): Promise<boolean> {
  const hanging = await runDeadlineControl()
  const noticed = hanging.filter(({ faults }) => faults.length > 0).length
  print(`control: no total deadline: ${noticed} of ${hanging.length} hanging receivers noticed`)
  const { peak } = (await runMemoryControl()).rows[0] ?? { peak: 0 }
  print(`control: no bound on what is kept: ${mib(peak)} more resident, ${peak > MOST_MIB ? 'noticed' : 'NOT NOTICED'}`)
  return noticed === hanging.length && peak > MOST_MIB
}

function tableOf(outcomes: readonly CaseOutcome[], flood: FloodReport): string[] {
  const lines = ['row        as expected   longest attempt   flood peak   flood left']
  for (const id of new Set(outcomes.map((outcome) => outcome.id))) {
    const own = outcomes.filter((outcome) => outcome.id === id)
    const held = own.filter(({ faults }) => faults.length === 0).length
    const flooded = flood.rows.filter(({ row }) => row.id === id)
    const longest = Math.max(...own.map(({ longestMs }) => longestMs))
    lines.push(
      [
        id.padEnd(9),
        `${held}/${own.length}`.padStart(12),
        (longest === 0 ? '' : `${(longest / 1000).toFixed(2)} s`).padStart(17),
        (flooded.length === 0 ? '' : mib(Math.max(...flooded.map(({ peak }) => peak)))).padStart(12),
        (flooded.length === 0 ? '' : mib(flooded.reduce((sum, { left }) => sum + left, 0))).padStart(12),
      ].join(' '),
    )
  }
  return lines
}

function summaryOf(outcomes: readonly CaseOutcome[], { sockets, memory, healthy }: FloodReport, times: number): string {
  const held = outcomes.filter(({ faults }) => faults.length === 0).length
  const longest = Math.max(...outcomes.map(({ longestMs }) => longestMs))
  return [
    `${held}/${outcomes.length} rows as expected`,
    `longest attempt ${(longest / 1000).toFixed(2)} s (deadline 1 s)`,
    `x ${times}: resident ${memory.slope.toFixed(2)} MiB a thousand tries, sockets ${sockets.before} before and ${sockets.after} after`,
    `${healthy.delivered}/${healthy.sent} healthy callbacks`,
  ].join('; ')
}

function mib(value: number): string {
  return `${value.toFixed(1)} MiB`
}
