/** What two looks at idle processes tell. Pure. */
import { columns, median } from './compare.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const MINUTES_A_MONTH = 30 * 24 * 60
/** Its own INFO stands in what the next one tells. */
const OWN_COMMANDS = 1

export interface IdleSample {
  /** Milliseconds. */
  at: number
  /** What Redis answers to `INFO all`. */
  info: string
  /** CPU time so far, of each process. */
  cpuMicroseconds: readonly number[]
}

export interface Spread {
  median: number
  lowest: number
  highest: number
}

export interface IdleFigures {
  /** Commands that Redis ran in a minute, those inside of scripts too. */
  commandsAMinute: Spread
  /** The same by command, over the whole time; those that ran less than once in ten minutes are left out. */
  byCommand: Record<string, number>
  /** CPU seconds in an hour, by process. */
  cpuAnHour: Record<string, Spread>
}

/** The samples stand at the ends of the rounds. */
export function idleFigures(processes: readonly string[], samples: readonly IdleSample[]): IdleFigures {
  const rounds = samples.slice(1).map((after, index) => ({ before: samples[index] as IdleSample, after }))
  const perMinute = (count: number, { before, after }: Span) => (count * MINUTE_MS) / (after.at - before.at)
  const whole = { before: samples[0] as IdleSample, after: samples.at(-1) as IdleSample }
  const cpu =
    (process: number) =>
    ({ before, after }: Span) =>
      (((after.cpuMicroseconds[process] ?? 0) - (before.cpuMicroseconds[process] ?? 0)) / 1e6) * (HOUR_MS / (after.at - before.at))
  return {
    commandsAMinute: spread(rounds.map((round) => perMinute(commandsBetween(round), round))),
    byCommand: Object.fromEntries(
      [...callsBetween(whole)].map(([name, calls]): [string, number] => [name, perMinute(calls, whole)]).filter(([, rate]) => rate >= 0.1),
    ),
    cpuAnHour: Object.fromEntries(processes.map((name, process) => [name, spread(rounds.map(cpu(process)))])),
  }
}

export function idleTable({ commandsAMinute, byCommand, cpuAnHour }: IdleFigures): string {
  const rows = [
    ['', 'median', 'lowest', 'highest'],
    ['Redis commands in an idle minute', ...cells(commandsAMinute)],
    ...Object.entries(cpuAnHour).map(([name, seconds]) => [`CPU seconds in an idle hour, ${name}`, ...cells(seconds)]),
  ]
  const commands = Object.entries(byCommand).sort(([, one], [, other]) => other - one)
  return [
    columns(rows, 1),
    `by command: ${commands.map(([name, rate]) => `${name} ${rate.toFixed(1)}`).join(', ')}`,
    `in a month: ${Math.round(commandsAMinute.median * MINUTES_A_MONTH).toLocaleString('en')} Redis commands`,
  ].join('\n')
}

export function pidOfRedis(info: string): number {
  return figure(info, 'process_id')
}

interface Span {
  before: IdleSample
  after: IdleSample
}

function commandsBetween({ before, after }: Span): number {
  return figure(after.info, 'total_commands_processed') - figure(before.info, 'total_commands_processed') - OWN_COMMANDS
}

function callsBetween({ before, after }: Span): Map<string, number> {
  const earlier = calls(before.info)
  return new Map([...calls(after.info)].map(([name, count]) => [name, count - (earlier.get(name) ?? 0)]))
}

/** How often each command has run, but for our own. */
function calls(info: string): Map<string, number> {
  const found = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
  return new Map(found.map(([, name = '', count]) => [name, Number(count)] as const).filter(([name]) => name !== 'info'))
}

function figure(info: string, name: string): number {
  const found = new RegExp(`^${name}:(\\d+)`, 'm').exec(info)
  if (found === null) throw new Error(`Redis does not tell its ${name}`)
  return Number(found[1])
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) }
}

function cells({ median: middle, lowest, highest }: Spread): string[] {
  return [middle, lowest, highest].map((value) => value.toFixed(1))
}
