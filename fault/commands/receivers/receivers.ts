/** `npm run fault -- receivers`: everything a receiver can do, once each and by the thousand. First on builds that must fail. */

import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { inNamespace, namespaceObstacle } from '../../harness/namespace.ts'
import type { Outcome } from './behaviour.ts'
import { runFdLimit } from './fd-limit.ts'
import { type FloodReport, runFlood, STEP_MIB } from './flood.ts'
import { LONG_BODY, MISBEHAVIOUR } from './misbehaviour.ts'
import type { NamesReport } from './names.ts'
import { runOnce, UNHURRIED } from './run-once.ts'
import { TLS } from './tls.ts'

const NO_DEADLINE = sabotage('no-deadline')
const NO_CAPTURE_BOUND = sabotage('no-capture-bound')
const NAMES = new URL('./names.ts', import.meta.url)

/** Resident memory a flood may take at most beyond what the service has when it begins. */
export const MOST_MIB = 128
/** What many behaviours may leave behind in all, however few attempts they are, and for a thousand attempts. */
const WARMTH_MIB = 64
const STEEPEST_MIB = 1
/** The p99 of healthy callbacks while names hang. */
const SLOWEST_MS = 500
const CONTROL_TIMES = 16

export const BEHAVIOURS = [...MISBEHAVIOUR, ...TLS]

/** The behaviours of receivers that hang, on a build without the total deadline: every one must fail. */
export function runDeadlineControl(): Promise<Outcome[]> {
  return runOnce(
    MISBEHAVIOUR.filter((behaviour) => behaviour.id === 'R1'),
    { preload: [NO_DEADLINE] },
  )
}

/** Long bodies on a build that keeps them whole: the peak must be seen. */
export function runMemoryControl(): Promise<FloodReport> {
  return runFlood([LONG_BODY], CONTROL_TIMES, [NO_CAPTURE_BOUND])
}

/** What came out otherwise in a flood, a line each: outcomes, sockets that stay open, healthy callbacks that did not arrive. */
export function floodHarm({ behaviours, sockets, healthy }: FloodReport): string[] {
  return [
    ...behaviours.flatMap(({ behaviour, unexpected }) => unexpected.map((what) => `${behaviour.id} ${behaviour.name}: ${what}`)),
    ...(sockets.after > sockets.before ? [`${sockets.after} sockets open in the end, ${sockets.before} before`] : []),
    ...(healthy.delivered < healthy.sent ? [`${healthy.delivered} of ${healthy.sent} healthy callbacks arrived`] : []),
  ]
}

/** The same, and the memory of a flood of so many attempts of each behaviour. */
function floodFailures(report: FloodReport, times: number): string[] {
  const { behaviours, memory } = report
  const faults = behaviours.flatMap(({ behaviour, peak, left }) => [
    ...(peak > MOST_MIB ? [`${behaviour.id} ${behaviour.name}: ${mib(peak)} more resident while it lasted`] : []),
    ...(left > STEP_MIB ? [`${behaviour.id} ${behaviour.name}: ${mib(left)} left behind, for the second time`] : []),
  ])
  const thousands = (behaviours.length * times) / 1000
  if (memory.slope * thousands > WARMTH_MIB && memory.slope > STEEPEST_MIB) {
    faults.push(`${mib(memory.slope)} left behind by a thousand attempts`)
  }
  return [...floodHarm(report), ...faults]
}

/** @param unhurried on a machine that others keep busy */
export function runNames({ unhurried = false } = {}): Promise<NamesReport> {
  return inNamespace(NAMES, unhurried ? [UNHURRIED] : [])
}

/** @param slowestMs the p99 of healthy callbacks while names hang may be so long */
export function namesFailures({ behaviours, beside, arrivedOnThreads, hanging }: NamesReport, slowestMs = SLOWEST_MS): string[] {
  const faults = behaviours.flatMap(({ id, name, faults }) => faults.map((fault) => `${id} ${name}: ${fault}`))
  if (beside > slowestMs || !Number.isFinite(beside))
    faults.push(`R10 with ${hanging} names hanging the healthy p99 is ${beside.toFixed(0)} ms`)
  if (arrivedOnThreads > 0)
    faults.push(`R10 the control failed to fail: ${arrivedOnThreads} callbacks came past names that hang on threads`)
  return faults
}

export interface ReceiversOptions {
  /** Attempts of each behaviour of misbehaviour. */
  times: number
}

/** True when the controls failed as they must and every behaviour of the real build is as expected. */
export async function receivers({ times, print, record }: ReceiversOptions & Output): Promise<boolean> {
  if (!(await controlsFail(print))) return false
  const faults: string[] = []

  const outcomes = await runOnce(BEHAVIOURS)
  const obstacle = namespaceObstacle()
  if (obstacle === null) {
    const names = await runNames()
    outcomes.push(...names.behaviours)
    faults.push(...namesFailures({ ...names, behaviours: [] }))
    print(
      `R10 healthy p99 ${names.alone.toFixed(0)} ms alone, ` +
        `${names.beside.toFixed(0)} ms while ${names.hanging} names hang (on threads: never)`,
    )
  } else {
    faults.push(`R10 was not run: there is no network namespace here, run this as root on Linux: ${obstacle}`)
  }
  const limited = await runFdLimit()
  print(
    `R11 ${limited.limit} files: ${limited.landed} attempts of healthy deliveries failed for it, ${limited.delivered} delivered in the end`,
  )
  outcomes.push({ id: 'R11', name: 'no more files', longestMs: 0, faults: limited.faults })

  print(`${BEHAVIOURS.length} behaviours x ${times} beside a steady load, after a fifth of it to warm up`)
  const flood = await runFlood(BEHAVIOURS, times)
  faults.push(...floodFailures(flood, times))

  for (const line of tableOf(outcomes, flood)) print(line)
  faults.push(...outcomes.flatMap(({ id, name, faults: wrong }) => wrong.map((fault) => `${id} ${name}: ${fault}`)))
  for (const fault of faults) print(`BREACH  ${fault}`)
  print(`${faults.length === 0 ? 'held' : 'FAILED'}: ${summaryOf(outcomes, flood, times)}`)
  const longest = Math.max(...outcomes.map(({ longestMs }) => longestMs))
  record(
    {
      'kinds of misbehaviour, each as expected': `${outcomes.filter((one) => one.faults.length === 0).length} of ${outcomes.length}`,
      'hostile attempts': BEHAVIOURS.length * times,
      'longest attempt (deadline 1 s)': `${(longest / 1000).toFixed(2)} s`,
      'memory left by a thousand attempts': mib(flood.memory.slope),
      'sockets before and afterwards': `${flood.sockets.before}, ${flood.sockets.after}`,
      'healthy callbacks that arrived': `${flood.healthy.delivered} of ${flood.healthy.sent}`,
    },
    {
      cases: `${BEHAVIOURS.length} kinds, ${(BEHAVIOURS.length * times).toLocaleString('en')} hostile attempts`,
      lost: String(flood.healthy.sent - flood.healthy.delivered),
    },
  )
  return faults.length === 0
}

async function controlsFail(print: (line: string) => void): Promise<boolean> {
  const hanging = await runDeadlineControl()
  const noticed = hanging.filter(({ faults }) => faults.length > 0).length
  print(`control: no total deadline: ${noticed} of ${hanging.length} hanging receivers noticed`)
  const { peak } = (await runMemoryControl()).behaviours[0] ?? { peak: 0 }
  print(`control: no bound on what is kept: ${mib(peak)} more resident, ${peak > MOST_MIB ? 'noticed' : 'NOT NOTICED'}`)
  return noticed === hanging.length && peak > MOST_MIB
}

function tableOf(outcomes: readonly Outcome[], flood: FloodReport): string[] {
  const lines = ['behaviour        as expected   longest attempt   flood peak   flood left']
  for (const id of new Set(outcomes.map((outcome) => outcome.id))) {
    const own = outcomes.filter((outcome) => outcome.id === id)
    const held = own.filter(({ faults }) => faults.length === 0).length
    const flooded = flood.behaviours.filter(({ behaviour }) => behaviour.id === id)
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

function summaryOf(outcomes: readonly Outcome[], { sockets, memory, healthy }: FloodReport, times: number): string {
  const held = outcomes.filter(({ faults }) => faults.length === 0).length
  const longest = Math.max(...outcomes.map(({ longestMs }) => longestMs))
  return [
    `${held}/${outcomes.length} behaviours as expected`,
    `longest attempt ${(longest / 1000).toFixed(2)} s (deadline 1 s)`,
    `x ${times}: resident ${memory.slope.toFixed(2)} MiB a thousand attempts, sockets ${sockets.before} before and ${sockets.after} after`,
    `${healthy.delivered}/${healthy.sent} healthy callbacks`,
  ].join('; ')
}

function mib(value: number): string {
  return `${value.toFixed(1)} MiB`
}
