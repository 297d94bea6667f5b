/** The jobs that clients submit while something is broken. */
import type { Rng } from './rng.ts'

/** A job for a kill round: quick, slow, failing and late ones, for receivers that accept, think, refuse once or refuse always. */
export function mixedJob(url: string, rng: Rng): object {
  const share = rng.next()
  if (share < 0.5) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/ok` }
  if (share < 0.65) return { type: 'fault.nap', payload: { ms: rng.between(20, 300) }, callback_url: `${url}/slow` }
  if (share < 0.75) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/flaky` }
  if (share < 0.8) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/dead` }
  if (share < 0.9) return { type: 'fault.stumble', payload: { share }, callback_url: `${url}/ok` }
  if (share < 0.95) return { type: 'fault.noop', callback_url: `${url}/ok`, run_at: new Date(Date.now() + 500).toISOString() }
  return { type: 'fault.nap', payload: { ms: rng.between(5, 50) } }
}

/** As `mixedJob`, but now and then one that holds up an orderly stop: long, deaf to its signal, or with a receiver that hangs once. */
export function stubbornJob(url: string, rng: Rng): object {
  const share = rng.next()
  if (share < 0.02) return { type: 'fault.nap', payload: { ms: rng.between(500, 1500) }, callback_url: `${url}/ok` }
  if (share < 0.04) return { type: 'fault.deaf', payload: { ms: rng.between(100, 1000) }, callback_url: `${url}/ok` }
  if (share < 0.05) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/hung` }
  return mixedJob(url, rng)
}

/** As `mixedJob`, but hardly a receiver refuses: a destination that answers 503 gets less at a time, whatever else happens to it. */
export function welcomeJob(url: string, rng: Rng): object {
  const share = rng.next()
  if (share < 0.02) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/flaky` }
  if (share < 0.6) return { type: 'fault.noop', payload: { share }, callback_url: `${url}/ok` }
  if (share < 0.75) return { type: 'fault.nap', payload: { ms: rng.between(20, 300) }, callback_url: `${url}/slow` }
  if (share < 0.85) return { type: 'fault.stumble', payload: { share }, callback_url: `${url}/ok` }
  if (share < 0.95) return { type: 'fault.noop', callback_url: `${url}/ok`, run_at: new Date(Date.now() + 500).toISOString() }
  return { type: 'fault.nap', payload: { ms: rng.between(5, 50) } }
}

/** Quick jobs, each for a receiver that holds its callback for `ms` milliseconds before it accepts it. */
export function heldJob(ms: number): (url: string) => object {
  return (url) => ({ type: 'fault.noop', callback_url: `${url}/slow/${ms}` })
}

/** Attempts that a job of these needs when nothing is broken. */
export function neededAttempts(job: object): number {
  return 'type' in job && job.type === 'fault.stumble' ? 2 : 1
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
