/** What was collected of a run, and what the search for canaries says of it. */
import { CANARIES, type Canary, MAY_BE_IN, mayBeIn, type Place } from './canaries.ts'
import { formsOf } from './forms.ts'
import { createSearch } from './search.ts'

export interface Evidence {
  place: Place
  /** Which of them: the third answer of a route, the log of the second life. */
  what: string
  bytes: Buffer
}

export interface Hit {
  canary: Canary
  place: Place
  what: string
  /** What stands around it. */
  around: string
}

export interface Finds {
  /** Where each canary was seen. */
  seen: Map<Canary, Set<Place>>
  /** Seen where it must not be, once for each canary and place. */
  leaks: Hit[]
  /** Canaries that were seen nowhere although they may be somewhere: they were not planted, so they prove nothing. */
  missing: Canary[]
  bytes: number
}

const AROUND = 60

/** @param secrets the bytes of each canary, in each of the forms the service knows it by */
export function findCanaries(evidence: readonly Evidence[], secrets: ReadonlyMap<Canary, readonly Uint8Array[]>): Finds {
  const search = createSearch(new Map([...secrets].map(([canary, forms]) => [canary, forms.flatMap(formsOf)])))
  const seen = new Map<Canary, Set<Place>>(CANARIES.map((canary) => [canary, new Set()]))
  const leaks: Hit[] = []
  for (const { place, what, bytes } of evidence) {
    for (const [canary, at] of search(bytes)) {
      const places = seen.get(canary)
      if (!mayBeIn(canary, place) && !places?.has(place)) leaks.push({ canary, place, what, around: around(bytes, at) })
      places?.add(place)
    }
  }
  const missing = [...secrets.keys()].filter((canary) => MAY_BE_IN[canary].length > 0 && seen.get(canary)?.size === 0)
  return { seen, leaks, missing, bytes: evidence.reduce((sum, { bytes }) => sum + bytes.length, 0) }
}

function around(bytes: Buffer, at: number): string {
  return bytes
    .subarray(Math.max(0, at - AROUND), at + AROUND)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]+/g, '·')
}
