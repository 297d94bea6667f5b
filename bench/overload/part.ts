/** One part of `overload`: seen to fail on its sabotaged build first, then held against the real one. */
export interface Part {
  /** What the sabotaged build does not do. */
  control: string
  /** Whether its failure was seen, and by what. */
  runControl(): Promise<{ seen: boolean; says: string }>
  /** What is done to the real build. */
  about: string
  /** Prints its figures; what did not hold, a line each. */
  run(print: (line: string) => void): Promise<string[]>
}

export function sabotage(name: string): URL {
  return new URL(`../../fault/sabotage/${name}.ts`, import.meta.url)
}

/** `ms` as text. */
export function shown(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : 'never'
}
