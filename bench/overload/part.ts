/** One part of `overload`: measured on its sabotaged build first, then on the real one. */
export interface Part {
  /** What the sabotaged build does not do. */
  control: string
  /** What it comes to there. */
  runControl(): Promise<{ says: string }>
  /** What is done to the real build. */
  about: string
  /** Prints its figures; what is beyond its limits, a line each. */
  run(print: (line: string) => void): Promise<string[]>
}

/** `ms` as text. */
export function shown(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : 'never'
}
