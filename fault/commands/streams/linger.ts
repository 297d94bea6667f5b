/** How long the service holds clients that have left it in the lurch. */
import { openPeers } from '../../harness/process-figures.ts'
import { type LingeringKind, startLingering } from './lingering-clients.ts'
import { PATIENCE_MS, settled } from './settled.ts'

/** Of each kind. */
const CLIENTS = 2

/** What became of them. */
export interface Lingered {
  /** Kinds of which one is still there. */
  staying: LingeringKind[]
  /** By kind: how long the last one was held, milliseconds. */
  heldMs: Partial<Record<LingeringKind, number>>
}

/**
 * Starts clients of these kinds, and waits until the service has let go of them.
 *
 * @param after the beginning of a feed that is more than kernels keep
 */
export async function linger(kinds: readonly LingeringKind[], port: number, after: string, patienceMs = PATIENCE_MS): Promise<Lingered> {
  const lingered: Lingered = { staying: [], heldMs: {} }
  const one = async (kind: LingeringKind) => {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => startLingering(kind, port, after)))
    const startedAt = performance.now()
    const ports = clients.map(({ localPort }) => localPort)
    if (await untilGone(port, ports, patienceMs)) lingered.heldMs[kind] = Math.round(performance.now() - startedAt)
    else lingered.staying.push(kind)
    for (const client of clients) client.end()
  }
  await Promise.all(kinds.map(one))
  return lingered
}

/** Whether the service let go of all connections to these ports of clients in time. */
export function untilGone(port: number, peers: readonly number[], patienceMs = PATIENCE_MS): Promise<boolean> {
  return settled(
    () => !openPeers(port).some((peer) => peers.includes(peer)),
    () => 0,
    patienceMs,
  )
}
