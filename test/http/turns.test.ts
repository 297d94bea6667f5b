import { expect, it } from 'vitest'
import { createTurns } from '../../src/http/kit/turns.ts'

it('all that waits in one turn goes on in the same later turn, and what comes then waits for the next', async () => {
  const turns = createTurns()
  const went: string[] = []
  const first = turns.ended().then(() => went.push('first'))
  const second = turns.ended().then(() => {
    went.push('second')
    return turns.ended().then(() => went.push('third'))
  })
  expect(went).toEqual([])
  setImmediate(() => went.push('the turn after'))
  await Promise.all([first, second])
  expect(went).toEqual(['first', 'second', 'the turn after', 'third'])
})
