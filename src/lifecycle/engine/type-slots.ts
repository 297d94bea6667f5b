/** The slots of job types of which only so many may run at a time: by a limit of their own, their upstream's, or a pause. In memory. */
import type { PendingJob } from '../../domain/job.ts'
import type { HeldBack } from '../../ports/lanes.ts'
import type { Context } from '../process/context.ts'

/** Types of which not every job may begin. */
export interface LimitedTypes {
  /** With a free slot. */
  open: string[]
  /** Without one, or paused. */
  full: string[]
  /** Whose upstream's breaker is open: only what has lost its patience may begin. */
  heldBack: HeldBack[]
}

/** Which jobs may begin now, by their types. */
export interface TypeSlots {
  /** The types that are limited at all, at present. */
  narrow(): readonly string[]
  /** Whether this job may begin now. */
  admits(job: PendingJob): boolean
  /** How many more jobs of this type may begin now. */
  free(type: string): number
  limited(): LimitedTypes
  /** How many more jobs of these types may begin, whatever mix of them comes: as many as the narrowest has slots. */
  narrowest(types: LimitedTypes): number
  /** A claim under way may fill a slot of this type, or leave it free. */
  isKept(type: string): boolean
  /** Keeps `count` slots of each type that a claim may fill; the answer gives them back. */
  keep(types: LimitedTypes, count: number): () => void
  /** When the first of these types may be probed; null: only another run's end makes room. */
  probeAt(types: readonly string[]): number | null
}

/** What they are counted from. */
type TypeSlotsContext = Pick<Context, 'executor' | 'runs' | 'upstreams' | 'typePauses'>

/** Slots of all job types, counted from the runs of this process. */
export function createTypeSlots({ executor, runs, upstreams, typePauses }: TypeSlotsContext): TypeSlots {
  const { types } = executor
  const alwaysNarrow = [...types.values()].filter((type) => type.concurrency !== null || type.upstream !== null).map(({ type }) => type)
  const kept = new Map<string, number>()

  function narrow(): string[] {
    return [...new Set([...alwaysNarrow, ...typePauses.types()])]
  }

  function keptOf(names: readonly string[]): number {
    return Math.max(0, ...names.map((type) => kept.get(type) ?? 0))
  }

  function ownFree(type: string): number {
    if (typePauses.isPaused(type)) return 0
    return (types.get(type)?.concurrency ?? Number.POSITIVE_INFINITY) - runs.runningOfType(type) - keptOf([type])
  }

  /** What one claim keeps, it keeps for each of an upstream's types: together they fill no more than one of them could. */
  function free(type: string): number {
    const room = upstreams.admission(type)?.room ?? Number.POSITIVE_INFINITY
    return Math.min(ownFree(type), room - keptOf(upstreams.sharing(type)))
  }

  function impatientFree(type: string): number {
    const room = upstreams.admission(type)?.impatient?.room ?? 0
    return Math.min(ownFree(type), room - keptOf(upstreams.sharing(type)))
  }

  function limited(): LimitedTypes {
    const found: LimitedTypes = { open: [], full: [], heldBack: [] }
    for (const type of narrow()) {
      const impatient = upstreams.admission(type)?.impatient
      if (free(type) > 0) found.open.push(type)
      else if (impatient && impatientFree(type) > 0) {
        const { waitingBefore, dueBefore } = impatient
        found.heldBack.push({ type, waitingBefore, dueBefore })
      } else found.full.push(type)
    }
    return found
  }

  function change(names: readonly string[], by: number): void {
    for (const type of names) kept.set(type, (kept.get(type) ?? 0) + by)
  }

  return {
    narrow,
    admits({ type, waitingSince, dueAt }) {
      if (free(type) > 0) return true
      const impatient = upstreams.admission(type)?.impatient
      if (!impatient || impatientFree(type) <= 0) return false
      return dueAt <= impatient.dueBefore || (waitingSince !== null && waitingSince <= impatient.waitingBefore)
    },
    free,
    limited,
    narrowest: ({ open, heldBack }) => Math.min(...open.map(free), ...heldBack.map(({ type }) => impatientFree(type))),
    isKept: (type) => keptOf([type, ...upstreams.sharing(type)]) > 0,
    keep({ open, heldBack }, count) {
      const names = [...open, ...heldBack.map(({ type }) => type)]
      change(names, count)
      return () => change(names, -count)
    },
    probeAt(names) {
      const times = names.flatMap((type) => upstreams.admission(type)?.probeAt ?? [])
      return times.length === 0 ? null : Math.min(...times)
    },
  }
}
