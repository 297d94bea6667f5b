import { expect, it } from 'vitest'
import { namespaceObstacle } from '../../harness/namespace.ts'
import { BEHAVIOURS, namesFailures, runNames } from './receivers.ts'
import { runOnceUnhurried } from './run-once.ts'

/** The unit tests of the sender, on a clock that they push, say how long an attempt may take. */
const ANY_MS = 60_000

it('every receiver comes to what it must', { timeout: 300_000 }, async () => {
  expect((await runOnceUnhurried(BEHAVIOURS)).filter(({ faults }) => faults.length > 0)).toEqual([])
})

it('name servers and lost SYNs hurt the delivery they belong to, and names that hang no other', { timeout: 300_000 }, async (context) => {
  const obstacle = namespaceObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: there is no network namespace here (${obstacle})`)
  expect(namesFailures(await runNames({ unhurried: true }), ANY_MS)).toEqual([])
})
