import { expect, it } from 'vitest'
import { runFlood } from './flood.ts'
import { BEHAVIOURS, floodFailures } from './receivers.ts'

const TIMES = 3

it('one receiver of each kind, three times over, leaves nothing behind', { timeout: 300_000 }, async () => {
  const kinds = [...new Set(BEHAVIOURS.map(({ id }) => id))]
  const behaviours = kinds.flatMap((id) => BEHAVIOURS.filter((behaviour) => behaviour.id === id).slice(-1))
  expect(floodFailures(await runFlood(behaviours, TIMES), TIMES)).toEqual([])
})
