import { describe, expect, test } from 'vitest'
import { ARRIVALS, type Second, simulateDestination } from '../../scripts/simulate/destination.ts'
import { RECEIVERS, type Receiver } from '../../scripts/simulate/receivers.ts'
import { runSchedule } from '../../scripts/simulate/schedule.ts'

const SECONDS = 300

function receiver(title: string): Receiver {
  const found = RECEIVERS.find((one) => one.title === title)
  if (!found) throw new Error(`there is no ${title}`)
  return found
}

const total = (seconds: readonly Second[], of: 'delivered' | 'failed') => seconds.reduce((sum, second) => sum + second[of], 0)

test('a delivery makes one try more than there are waits, each wait as asked or up to a jitter longer', () => {
  const policy = { schedule: [5_000, 60_000], jitter: 0.2 }
  expect(runSchedule(policy, 0)).toEqual([
    { n: 1, wait: 0, sinceFirst: 0 },
    { n: 2, wait: 5_000, sinceFirst: 5_000 },
    { n: 3, wait: 60_000, sinceFirst: 65_000 },
  ])
  expect(runSchedule(policy, 0.999_999_999).map((one) => one.wait)).toEqual([0, 6_000, 72_000])
})

describe.each([1, 2, 3])('simulated with seed %i', (seed) => {
  test('a slow receiver is sent no more at a time while it is slow, without one failed try', () => {
    const seconds = simulateDestination(receiver('A slow receiver'), SECONDS, seed)
    expect(seconds[190]?.limit).toBeLessThanOrEqual((seconds[100]?.limit ?? 0) + 1)
    expect(seconds[290]?.limit).toBeGreaterThanOrEqual(seconds[190]?.limit ?? 0)
    expect(total(seconds, 'failed')).toBe(0)
  })

  test('a dead receiver gets one request at a time, and soon no more than one a minute', () => {
    const seconds = simulateDestination(receiver('A dead receiver'), SECONDS, seed)
    expect(Math.max(...seconds.slice(32).map((second) => second.inFlight))).toBe(1)
    expect(total(seconds.slice(120), 'failed')).toBeLessThanOrEqual(3)
  })

  test('a flapping receiver is closed again by the first probe that succeeds, and has its backlog within seconds', () => {
    const seconds = simulateDestination(receiver('A flapping receiver'), SECONDS, seed)
    expect(seconds[45]?.isOpen).toBe(true)
    expect(seconds[80]?.isOpen).toBe(false)
    expect(total(seconds.slice(0, 90), 'delivered')).toBeGreaterThan(0.97 * 90 * ARRIVALS)
  })

  test('a recovering receiver meets no herd: what is in flight grows from one, by what it answers', () => {
    const seconds = simulateDestination(receiver('A recovering receiver'), SECONDS, seed)
    const back = seconds.findIndex((second, n) => n > 120 && !second.isOpen)
    expect(Math.max(...seconds.slice(50, back).map((second) => second.inFlight))).toBe(1)
    expect(seconds[back]?.inFlight).toBeLessThanOrEqual(4)
    expect(total(seconds, 'delivered')).toBeGreaterThan(0.98 * SECONDS * ARRIVALS)
  })
})
