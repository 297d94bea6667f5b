import { expect, it } from 'vitest'
import { namespaceObstacle } from '../../harness/namespace.ts'
import { runFlood } from './flood.ts'
import { FLOODED, judgeFlood, judgeNames, MOST_MIB, ROWS, runDeadlineControl, runMemoryControl, runNames } from './receivers.ts'
import { runTable } from './run-cases.ts'

const TIMES = 5

it('a build without the total deadline is seen to hang', { timeout: 60_000 }, async () => {
  for (const { name, faults } of await runDeadlineControl()) expect(faults, name).not.toEqual([])
})

it('a build that keeps responses whole is seen to swell', { timeout: 60_000 }, async () => {
  expect((await runMemoryControl()).rows[0]?.peak).toBeGreaterThan(MOST_MIB)
})

it('every receiver comes to what it must', { timeout: 60_000 }, async () => {
  expect((await runTable(ROWS)).filter(({ faults }) => faults.length > 0)).toEqual([])
})

it('one receiver of each kind, five times over, leaves nothing behind', { timeout: 60_000 }, async () => {
  const kinds = [...new Set(FLOODED.map(({ id }) => id))]
  const rows = kinds.flatMap((id) => FLOODED.filter((row) => row.id === id).slice(-1))
  expect(judgeFlood(await runFlood(rows, TIMES), TIMES)).toEqual([])
})

it('name servers and lost SYNs hurt the delivery they belong to, and names that hang no other', { timeout: 60_000 }, async (context) => {
  const obstacle = namespaceObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: there is no network namespace here (${obstacle})`)
  expect(judgeNames(await runNames())).toEqual([])
})
