/** What paired rounds of `neighbour` say. Pure; milliseconds. */
import { median } from './compare.ts'

/** The p99 of the others' callbacks from the job's end to the receiver: beside a hung destination, and without one. */
export interface Pair {
  beside: number
  without: number
}

export interface Verdict {
  /** Medians over the pairs. */
  beside: number
  without: number
  ratio: number
  difference: number
  /** Within 10 %, or within 1 ms. */
  held: boolean
}

const HIGHEST_RATIO = 1.1
const LARGEST_DIFFERENCE = 1

/** The p99 of `sent` callbacks; what has not come by now counts as coming never. */
export function p99(latencies: readonly number[], sent: number): number {
  const rank = Math.ceil(0.99 * sent)
  return latencies.toSorted((a, b) => a - b)[rank - 1] ?? Number.POSITIVE_INFINITY
}

export function judgePairs(pairs: readonly Pair[]): Verdict {
  const ratio = median(pairs.map(({ beside, without }) => beside / without))
  const difference = median(pairs.map(({ beside, without }) => beside - without))
  return {
    beside: median(pairs.map((pair) => pair.beside)),
    without: median(pairs.map((pair) => pair.without)),
    ratio,
    difference,
    held: pairs.length > 0 && (ratio <= HIGHEST_RATIO || difference <= LARGEST_DIFFERENCE),
  }
}
