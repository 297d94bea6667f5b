/** Waiting for a fact, however slow the machine is. */
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 20
/** What has not moved for so long does not move any more: it ends a run that hangs, and bounds nothing else. Milliseconds. */
export const PATIENCE_MS = 180_000

/**
 * Whether the fact came: false once `progress` has stood still for `patienceMs`.
 *
 * @param progress a number that changes while something still happens
 */
export async function settled(
  fact: () => boolean | Promise<boolean>,
  progress: () => number = () => 0,
  patienceMs: number = PATIENCE_MS,
): Promise<boolean> {
  let moved = { at: performance.now(), to: progress() }
  for (;;) {
    if (await fact()) return true
    const now = progress()
    if (now !== moved.to) moved = { at: performance.now(), to: now }
    if (performance.now() - moved.at > patienceMs) return false
    await sleep(LOOK_MS)
  }
}
