/** What paired rounds say: the same load beside a disturbance and without it, in turns. Pure; milliseconds. */
import { median } from './compare.ts'

/** A p99 beside the disturbance, and without it. */
export interface Pair {
  beside: number
  without: number
}

/** Medians over the pairs. The median of paired ratios is not moved by a round that something else disturbed. */
export interface PairedFigures extends Pair {
  ratio: number
  difference: number
}

/** The p99 of `sent` callbacks; what has not come counts as coming never. */
export function p99(latencies: readonly number[], sent: number): number {
  const rank = Math.ceil(0.99 * sent)
  return latencies.toSorted((a, b) => a - b)[rank - 1] ?? Number.POSITIVE_INFINITY
}

export function comparePairs(pairs: readonly Pair[]): PairedFigures {
  return {
    beside: median(pairs.map((pair) => pair.beside)),
    without: median(pairs.map((pair) => pair.without)),
    ratio: median(pairs.map(({ beside, without }) => beside / without)),
    difference: median(pairs.map(({ beside, without }) => beside - without)),
  }
}
