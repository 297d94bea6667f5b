import type { Dice } from './random.ts'

/** A job for a kill round: quick, slow, failing and late ones, for receivers that accept, think, refuse once or refuse always. */
export function mixedJob(url: string, dice: Dice): object {
  const roll = dice.next()
  if (roll < 0.5) return { type: 'fault.noop', payload: { roll }, callback_url: `${url}/ok` }
  if (roll < 0.65) return { type: 'fault.nap', payload: { ms: dice.between(20, 300) }, callback_url: `${url}/slow` }
  if (roll < 0.75) return { type: 'fault.noop', payload: { roll }, callback_url: `${url}/flaky` }
  if (roll < 0.8) return { type: 'fault.noop', payload: { roll }, callback_url: `${url}/dead` }
  if (roll < 0.9) return { type: 'fault.stumble', payload: { roll }, callback_url: `${url}/ok` }
  if (roll < 0.95) return { type: 'fault.noop', callback_url: `${url}/ok`, run_at: new Date(Date.now() + 500).toISOString() }
  return { type: 'fault.nap', payload: { ms: dice.between(5, 50) } }
}

/** So many plain jobs, each with a callback. */
export function plainJobs(count: number): (url: string) => object | null {
  let left = count
  return (url) => {
    if (left === 0) return null
    left -= 1
    return { type: 'fault.noop', payload: { left }, callback_url: `${url}/ok` }
  }
}
