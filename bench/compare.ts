/** Paired rounds: the figures of several sides, taken one right after the other. Pure. */

export interface Figures {
  /** Requests, or jobs, a second. */
  perSecond: number
  /** CPU of the measured processes per request or job, microseconds; null where it was not read. */
  cpuMicroseconds: number | null
  /** Latency, milliseconds; null where there is none. */
  p50: number | null
  p99: number | null
}

/** What each side did in one round, by its name. */
export type Round<Side extends string> = Record<Side, Figures>

export interface Ratio {
  median: number
  lowest: number
  highest: number
}

export interface Comparison {
  name: string
  /** Medians over the rounds. */
  sides: { name: string; figures: Figures; ratio: Ratio | null }[]
  rounds: Round<string>[]
}

/**
 * Medians over the rounds, and each side over the last one, which is the measure: the ratio of each round, then their median
 * and extremes. A single round on a shared machine can be off by half; the median of paired ratios is not.
 *
 * @param of what is divided; where a side has none of it there is no ratio
 */
export function compare<Side extends string>(
  name: string,
  rounds: readonly Round<Side>[],
  sides: readonly Side[],
  of: 'perSecond' | 'p50' | 'p99' | 'cpuMicroseconds' = 'perSecond',
): Comparison {
  const measure = sides.at(-1)
  return {
    name,
    sides: sides.map((side) => ({
      name: side,
      figures: medianFigures(rounds.map((round) => round[side])),
      ratio: measure === undefined || side === measure ? null : ratioOf(rounds.map((round) => [round[side][of], round[measure][of]])),
    })),
    rounds: [...rounds],
  }
}

export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ name, sides }) =>
    sides.map((side, index) => [index === 0 ? name : '', side.name, ...cells(side.figures), ratioCell(side.ratio)]),
  )
  return columns([['', '', 'per second', 'CPU µs each', 'p50 ms', 'p99 ms', 'ratio (spread)'], ...rows], 2)
}

/** Cells in columns; so many of the first ones stand left. */
export function columns(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const padded = (cell: string, column: number) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median and the 99th percentile, by nearest rank; 0 of nothing. */
export function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

function ratioOf(pairs: readonly [number | null, number | null][]): Ratio | null {
  const ratios = pairs.flatMap(([one, other]) => (one === null || other === null ? [] : [one / other]))
  return ratios.length === 0 ? null : { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) }
}

function medianFigures(figures: readonly Figures[]): Figures {
  const of = (name: 'cpuMicroseconds' | 'p50' | 'p99') => {
    const values = figures.map((each) => each[name]).filter((value) => value !== null)
    return values.length === 0 ? null : median(values)
  }
  return {
    perSecond: median(figures.map((each) => each.perSecond)),
    cpuMicroseconds: of('cpuMicroseconds'),
    p50: of('p50'),
    p99: of('p99'),
  }
}

function cells({ perSecond, cpuMicroseconds, p50, p99 }: Figures): string[] {
  return [fixed(perSecond, 0), fixed(cpuMicroseconds, 0), fixed(p50, 2), fixed(p99, 2)]
}

function ratioCell(ratio: Ratio | null): string {
  return ratio === null ? '' : `${fixed(ratio.median, 2)} (${fixed(ratio.lowest, 2)} to ${fixed(ratio.highest, 2)})`
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits)
}
