import { expect, it } from 'vitest'
import { namespaceObstacle } from '../../harness/namespace.ts'
import { failuresOf } from './report.ts'
import { runSsrf } from './ssrf.ts'

it('no spelling, name, redirect or proxy leads a callback to a canary', { timeout: 240_000 }, async (context) => {
  const obstacle = namespaceObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: there is no network namespace here (${obstacle})`)
  const report = await runSsrf({ times: 30, seed: 7 }, true)
  expect(failuresOf(report)).toEqual([])
  expect(report.canaries.count).toBeGreaterThan(100)
})
