/** One row of the `disk` command: what was done to the disk, how often, and what did not go as it must. */
export interface Row {
  /** A row of docs/guarantees.md. */
  id: string
  name: string
  cases: number
  /** A line each; none = as it must be. */
  faults: string[]
  figures: string
}

/** A row of a sabotaged build: its faults are what was seen of the sabotage. */
export interface Control {
  name: string
  seen: string[]
  /** The disk never failed where it was to: that nothing was seen says nothing of the build. */
  neverMet?: boolean
}

export interface DiskReport {
  controls: Control[]
  rows: Row[]
}

/** What is wrong, a line each; none = every control was seen and every row held. */
export function judgeReport({ controls, rows }: DiskReport): string[] {
  return [
    ...controls
      .filter(({ seen }) => seen.length === 0)
      .map(({ name, neverMet }) => `control: ${name}: ${neverMet ? 'NEVER MET' : 'NOT SEEN'}`),
    ...rows.flatMap(({ id, faults }) => faults.map((fault) => `${id} ${fault}`)),
  ]
}
