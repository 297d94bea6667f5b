import { expect, it } from 'vitest'
import { failuresOf } from './report.ts'

it('a connection to a canary, a case that went otherwise and a canary that proves nothing are each a failure', () => {
  const good = {
    canaries: { count: 2, listening: 2, unreached: [], proxyReached: true },
    groups: [{ id: 'S1', name: 'spellings', cases: 1, faults: [] }],
    connects: [],
    proxied: 0,
    served: 1,
    timing: { pairs: 200, slower: 104 },
  }
  expect(failuresOf(good)).toEqual([])
  for (const bad of [
    { ...good, connects: [['10.0.0.1', 1] as [string, number]] },
    { ...good, groups: [{ id: 'S1', name: 'spellings', cases: 1, faults: ['http://127.1/ answered 202'] }] },
    { ...good, canaries: { ...good.canaries, listening: 1 } },
    { ...good, canaries: { ...good.canaries, unreached: ['10.0.0.1'] } },
    { ...good, canaries: { ...good.canaries, proxyReached: false } },
    { ...good, proxied: 1 },
    { ...good, served: 0 },
    { ...good, timing: { pairs: 200, slower: 150 } },
  ]) {
    expect(failuresOf(bad)).toHaveLength(1)
  }
})
