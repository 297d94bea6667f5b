/** Paired rounds: the figures of Ringback and of its bare limit, taken one right after the other. Pure. */

export interface Figures {
  /** Requests, or jobs, a second. */
  perSecond: number
  /** CPU of the measured process per request or job, microseconds; null where it was not read. */
  cpuMicroseconds: number | null
  /** Latency, milliseconds; null where there is none. */
  p50: number | null
  p99: number | null
}

export interface Pair {
  ringback: Figures
  bare: Figures
}

export interface Comparison {
  name: string
  rounds: Pair[]
  ringback: Figures
  bare: Figures
  /** Ringback's rate over the bare one: of each pair, then their median and extremes. */
  ratio: { median: number; lowest: number; highest: number }
}

/** Medians over the rounds. A single round on a shared machine can be off by half; the median of paired ratios is not. */
export function compare(name: string, rounds: Pair[]): Comparison {
  const ratios = rounds.map((pair) => pair.ringback.perSecond / pair.bare.perSecond)
  return {
    name,
    rounds,
    ringback: medianFigures(rounds.map((pair) => pair.ringback)),
    bare: medianFigures(rounds.map((pair) => pair.bare)),
    ratio: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
  }
}

export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ name, ringback, bare, ratio }) => [
    [name, 'ringback', ...cells(ringback), `${fixed(ratio.median, 2)} (${fixed(ratio.lowest, 2)} to ${fixed(ratio.highest, 2)})`],
    ['', 'bare', ...cells(bare), ''],
  ])
  const all = [['', '', 'per second', 'CPU µs each', 'p50 ms', 'p99 ms', 'ratio (spread)'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    )
    .join('\n')
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
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

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits)
}
