import type { Listening } from '../../domain/callback-url.ts'
import type { WorkerProcess } from '../../ports/workers.ts'

/** The other processes of a store that many processes share, as this one knows them. */
export interface Peers {
  /** Where this process listens: its row tells the others. */
  readonly own: readonly Listening[]
  /** Where all of them listen. No callback may go there. */
  addresses(): readonly Listening[]
  /** Takes over what the rows tell. */
  learn(rows: readonly WorkerProcess[]): void
}

/** None is known yet. */
export function createPeers(own: readonly Listening[]): Peers {
  let known: readonly Listening[] = []
  return {
    own,
    addresses: () => [...own, ...known],
    learn(rows) {
      known = rows.flatMap(({ info }) => info.listens ?? [])
    },
  }
}

/** Whether a registered process takes work. */
export function takesWork({ info }: WorkerProcess): boolean {
  return info.role !== 'api'
}

/** Whether a registered process may look after the store. */
export function mayKeep({ info }: WorkerProcess): boolean {
  return info.role !== 'worker'
}
