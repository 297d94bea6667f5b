/** The slots of job types of which only so many may run at a time in this process. In memory. */
import type { Workshop } from '../ports.ts'
import type { Runs } from './runs.ts'

export interface TypeSlots {
  /** How many more jobs of this type may begin now. */
  free(type: string): number
  /** The types that have a limit, apart: those with a free slot and those without. */
  limited(): { open: string[]; full: string[] }
  /** A claim under way may fill a slot of this type, or leave it free. */
  isKept(type: string): boolean
  /** Keeps `count` slots of each type for a claim that may fill them; the answer gives them back. */
  keep(types: readonly string[], count: number): () => void
}

export function createTypeSlots(types: Workshop['types'], runs: Runs): TypeSlots {
  const limited = [...types.values()].filter((type) => type.concurrency !== null).map((type) => type.type)
  const kept = new Map<string, number>()

  function free(type: string): number {
    return (types.get(type)?.concurrency ?? Number.POSITIVE_INFINITY) - runs.runningOfType(type) - (kept.get(type) ?? 0)
  }

  function change(names: readonly string[], by: number): void {
    for (const type of names) kept.set(type, (kept.get(type) ?? 0) + by)
  }

  return {
    free,
    limited: () => ({ open: limited.filter((type) => free(type) > 0), full: limited.filter((type) => free(type) <= 0) }),
    isKept: (type) => (kept.get(type) ?? 0) > 0,
    keep(names, count) {
      change(names, count)
      return () => change(names, -count)
    },
  }
}
