import { expect, it } from 'vitest'
import { runFlood } from './flood.ts'
import { BEHAVIOURS, floodHarm } from './receivers.ts'

it('one receiver of each kind, three times over, comes to what it must, leaves no socket and hurts no healthy one', {
  timeout: 300_000,
}, async () => {
  const kinds = [...new Set(BEHAVIOURS.map(({ id }) => id))]
  const behaviours = kinds.flatMap((id) => BEHAVIOURS.filter((behaviour) => behaviour.id === id).slice(-1))
  expect(floodHarm(await runFlood(behaviours, 3))).toEqual([])
})
