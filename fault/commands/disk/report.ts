import type { Sight } from '../../harness/control.ts'

/** What was done to the disk, how often, and what did not go as it must. */
export interface Row {
  /** A row of docs/guarantees.md. */
  id: string
  name: string
  cases: number
  /** A line each; none = as it must be. */
  faults: string[]
  figures: string
}

/** A sabotaged build, and what was seen of it. */
export interface DiskControl {
  /** What the build does. */
  name: string
  sight: Sight
  /** What the check said of it; empty when nothing. */
  says: string
}

export interface DiskReport {
  controls: DiskControl[]
  rows: Row[]
}

/** What is wrong, a line each; none = every control was seen and every row held. */
export function failuresOf({ controls, rows }: DiskReport): string[] {
  return [
    ...controls.filter(({ sight }) => sight !== 'seen').map(({ name, sight }) => `control: ${name}: ${sight}`),
    ...rows.flatMap(({ id, faults }) => faults.map((fault) => `${id} ${fault}`)),
  ]
}
