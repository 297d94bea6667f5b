/** What measured rounds say. Pure; milliseconds. */
import { median } from '../compare.ts'
import { comparePairs, p99 } from '../paired-figures.ts'
import { type Measured, merged, type Round } from './measure.ts'
import { READS, REQUESTS, type Request } from './steady-load.ts'

/** At most so long for the p99 of health checks and status GETs whatever holds the store up (docs/guarantees.md, D10), milliseconds. */
const READS_LIMIT_MS = 300

export interface Latency {
  p50: number
  p99: number
  max: number
}

export function latencyOf({ samples }: Measured, request: Request): Latency {
  const times = samples.filter((sample) => sample.request === request).map(({ ms }) => ms)
  return { p50: median(times), p99: p99(times, times.length), max: Math.max(...times) }
}

/** Of all rounds taken together. */
export function latencies(rounds: readonly Round[], request: Request): Record<keyof Round, Latency> {
  const all = (side: keyof Round) => latencyOf(merged(rounds.map((round) => round[side])), request)
  return { beside: all('beside'), without: all('without') }
}

/** Medians over the rounds, each a pair, of how much slower the p99 was: as a ratio and as a difference. */
export function slowdown(rounds: readonly Round[], request: Request): { ratio: number; difference: number } {
  const p99Of = (measured: Measured) => latencyOf(measured, request).p99
  return comparePairs(rounds.map(({ beside, without }) => ({ beside: p99Of(beside), without: p99Of(without) })))
}

/** A line for each kind of read that was slower than it may be beside the fault. */
export function slowReads(rounds: readonly Round[]): string[] {
  return READS.flatMap((request) =>
    latencies(rounds, request).beside.p99 > READS_LIMIT_MS ? [`the p99 of ${request} was above ${READS_LIMIT_MS} ms`] : [],
  )
}

/** A line for each kind of request, and one for the event loop. */
export function describeRounds(rounds: readonly Round[]): string[] {
  const rows = REQUESTS.map((request) => {
    const { beside, without } = latencies(rounds, request)
    const { ratio, difference } = slowdown(rounds, request)
    const sign = difference < 0 ? '' : '+'
    return `${request.padEnd(7)} ${cells(beside)}   ${cells(without)}   × ${ratio.toFixed(2)}, ${sign}${difference.toFixed(1)}`
  })
  const gap = (side: keyof Round) => Math.max(...rounds.map((round) => round[side].loopMs)).toFixed(1)
  return [
    `p50, p99, max in ms beside it, then without; p99 of ${rounds.length} rounds, median of the pairs' ratios and differences`,
    ...rows,
    `longest gap of the event loop ${gap('beside')} ms beside it, ${gap('without')} ms without`,
  ]
}

function cells({ p50, p99, max }: Latency): string {
  return [p50, p99, max].map((ms) => ms.toFixed(1).padStart(7)).join(' ')
}
