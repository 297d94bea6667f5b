/** What the `ssrf` command saw, and what of it is not as it must be. Pure. */
import type { Group } from '../../harness/case-group.ts'

/** Pairs of refusals, and in how many of them the host that listens took longer than the one that does not. */
export interface Timing {
  pairs: number
  slower: number
}

export interface SsrfReport {
  /**
   * Forbidden addresses with a listener; how many a plain connection reached; those that a service without the guard did
   * not; whether a client that heeds the environment's proxy reached that.
   */
  canaries: { count: number; listening: number; unreached: string[]; proxyReached: boolean }
  groups: Group[]
  /** Connections that canaries saw from the service in its production configuration. */
  connects: [address: string, count: number][]
  /** Connections to the proxy that the environment names. */
  proxied: number
  /** Requests that public receivers took. */
  served: number
  timing: Timing
}

/** By chance either is slower in half of the pairs; five standard deviations from there is no chance. */
const DEVIATIONS = 5

export function failuresOf({ canaries, groups, connects, proxied, served, timing }: SsrfReport): string[] {
  const faults = groups.flatMap(({ id, name, faults: wrong }) => wrong.map((fault) => `${id} ${name}: ${fault}`))
  if (canaries.listening < canaries.count) faults.push(`only ${canaries.listening} of ${canaries.count} canaries listen`)
  for (const address of canaries.unreached) faults.push(`${address} was not reached without the guard either: its canary proves nothing`)
  if (!canaries.proxyReached) faults.push('the proxy of the environment was not reached by a client that heeds it: it proves nothing')
  for (const [address, count] of connects) faults.push(`${count} connections to ${address}`)
  if (proxied > 0) faults.push(`${proxied} connections to the proxy of the environment`)
  if (served === 0) faults.push('no public receiver was served')
  const { pairs, slower } = timing
  if (Math.abs(slower - pairs / 2) > (DEVIATIONS * Math.sqrt(pairs)) / 2) {
    faults.push(`S12 the time of a refusal tells whether somebody listens there: slower in ${slower} of ${pairs} pairs`)
  }
  return faults
}
