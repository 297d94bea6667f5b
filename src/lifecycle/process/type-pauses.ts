import { isPaused } from '../../domain/pause.ts'
import type { Context } from './context.ts'

/** The pauses of job types as this process read them last. In memory. */
export interface TypePauses {
  /** Reads them anew. A turn begins with it. */
  look(): Promise<void>
  isPaused(type: string): boolean
  /** The types that are paused. */
  types(): string[]
}

/** No pause is known yet. */
export function createTypePauses({ store, clock }: Pick<Context, 'store' | 'clock'>): TypePauses {
  let pauses: Awaited<ReturnType<typeof store.jobTypePauses.all>> = []
  const types = () => pauses.filter((pause) => isPaused(pause, clock.now())).map(({ type }) => type)
  return {
    async look() {
      pauses = await store.jobTypePauses.all()
    },
    isPaused: (type) => types().includes(type),
    types,
  }
}
