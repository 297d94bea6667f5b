import { expect, it } from 'vitest'
import { namespaceObstacle } from '../../harness/namespace.ts'
import { judgeReport } from './report.ts'
import { runSsrf } from './ssrf.ts'

it('no spelling, name, redirect or proxy leads a callback to a canary; without the guard each is reached', {
  timeout: 240_000,
}, async (context) => {
  const obstacle = namespaceObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: there is no network namespace here (${obstacle})`)
  const report = await runSsrf({ times: 30, seed: 7 })
  expect(judgeReport(report)).toEqual([])
  expect(report.canaries.count).toBeGreaterThan(100)
})

it('a connection to a canary, a case that went otherwise and a canary that proves nothing are each a breach', () => {
  const good = {
    canaries: { count: 2, listening: 2, unreached: [], proxyReached: true },
    groups: [{ id: 'S1', name: 'spellings', cases: 1, faults: [] }],
    connects: [],
    proxied: 0,
    served: 1,
    timing: { pairs: 200, p: 0.5 },
  }
  expect(judgeReport(good)).toEqual([])
  for (const bad of [
    { ...good, connects: [['10.0.0.1', 1] as [string, number]] },
    { ...good, groups: [{ id: 'S1', name: 'spellings', cases: 1, faults: ['http://127.1/ answered 202'] }] },
    { ...good, canaries: { ...good.canaries, listening: 1 } },
    { ...good, canaries: { ...good.canaries, unreached: ['10.0.0.1'] } },
    { ...good, canaries: { ...good.canaries, proxyReached: false } },
    { ...good, proxied: 1 },
    { ...good, served: 0 },
    { ...good, timing: { pairs: 200, p: 0.00001 } },
  ]) {
    expect(judgeReport(bad)).toHaveLength(1)
  }
})
