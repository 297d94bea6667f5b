import { describe, expect, it } from 'vitest'
import type { Queue, Turn } from '../../src/ports.ts'
import { type TestClock, until } from '../support/clock.ts'

export interface QueueUnderTest {
  queue: Queue
  clock: TestClock
}

const idle: Turn = { next: null, taken: [] }

/** What every queue adapter promises. `open` makes a fresh one. */
export function queueConformance(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`${name} as a Queue`, () => {
    it('gives a woken lane its turn, once', async () => {
      const { queue } = await open()
      const turns: string[] = []
      queue.consume('job', 4, async (lane) => (turns.push(lane), idle))
      queue.wake('job', 'a')
      await until('its turn came', () => turns.length > 0)
      expect(turns).toEqual(['a'])
      await queue.close()
    })

    it('keeps what was woken before anybody consumed', async () => {
      const { queue } = await open()
      const turns: string[] = []
      queue.wake('delivery', 'a')
      queue.consume('delivery', 1, async (lane) => (turns.push(lane), idle))
      await until('its turn came', () => turns.length === 1)
      await queue.close()
    })

    it('keeps kinds apart', async () => {
      const { queue } = await open()
      const turns: string[] = []
      queue.consume('job', 1, async (lane) => (turns.push(`job ${lane}`), idle))
      queue.consume('delivery', 1, async (lane) => (turns.push(`delivery ${lane}`), idle))
      queue.wake('delivery', 'a')
      await until('its turn came', () => turns.length === 1)
      expect(turns).toEqual(['delivery a'])
      await queue.close()
    })

    it('gives a lane that is due later its turn then, and sooner when it is woken sooner', async () => {
      const { queue, clock } = await open()
      const turns: string[] = []
      queue.consume('job', 1, async (lane) => (turns.push(lane), idle))
      queue.wake('job', 'a', clock.now() + 1_000)
      queue.wake('job', 'a', clock.now() + 500)
      queue.wake('job', 'a', clock.now() + 2_000)
      await clock.push(499)
      expect(turns).toEqual([])
      await clock.push(1)
      expect(turns).toEqual(['a'])
      await queue.close()
    })

    it('brings a lane back at the time its turn named', async () => {
      const { queue, clock } = await open()
      let turns = 0
      queue.consume('job', 1, async () => ({ next: ++turns === 1 ? clock.now() + 100 : null, taken: [] }))
      queue.wake('job', 'a')
      await clock.push(99)
      expect(turns).toBe(1)
      await clock.push(1)
      expect(turns).toBe(2)
      await queue.close()
    })

    it('takes lanes in turns, and puts a lane with more to do at the end of the line', async () => {
      const { queue } = await open()
      const left: Record<string, number> = { a: 3, b: 2, c: 1 }
      const turns: string[] = []
      for (const lane of ['a', 'b', 'c']) queue.wake('job', lane)
      queue.consume('job', 1, async (lane) => {
        turns.push(lane)
        left[lane] = (left[lane] ?? 0) - 1
        return { next: (left[lane] ?? 0) > 0 ? 'again' : null, taken: [Promise.resolve()] }
      })
      await until('all is done', () => turns.length === 6)
      expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'a'])
      await queue.close()
    })

    it('gives no turn without a free slot, and the next one when a slot is free again', async () => {
      const { queue, clock } = await open()
      const ends: (() => void)[] = []
      queue.consume('job', 2, async (_lane, room) => ({
        next: 'again',
        taken: Array.from({ length: room }, () => new Promise<void>((resolve) => ends.push(resolve))),
      }))
      queue.wake('job', 'a')
      await until('both slots are taken', () => ends.length === 2)
      await clock.push(10)
      expect(ends).toHaveLength(2)
      ends[0]?.()
      await until('the slot is taken again', () => ends.length === 3)
      await queue.stop()
      for (const end of ends) end()
      await queue.close()
    })

    it('gives the lane another turn when it was woken during its own', async () => {
      const { queue } = await open()
      const gates: ((turn: Turn) => void)[] = []
      queue.consume('job', 1, () => new Promise((resolve) => gates.push(resolve)))
      queue.wake('job', 'a')
      await until('the turn is under way', () => gates[0]), queue.wake('job', 'a'), gates[0]?.(idle)
      ;(await until('another turn', () => gates[1]))(idle)
      await queue.close()
    })

    it('tries again after a turn that failed', async () => {
      const { queue, clock } = await open()
      let turns = 0
      queue.consume('job', 1, async () => {
        if (++turns === 1) throw new Error('the store is away')
        return idle
      })
      queue.wake('job', 'a')
      await clock.push(1_000)
      expect(turns).toBe(2)
      await queue.close()
    })

    it('gives no turns after stop, which waits for the turns under way', async () => {
      const { queue } = await open()
      let answer = (_: Turn) => {}
      let turns = 0
      queue.consume('job', 4, () => (++turns, new Promise((resolve) => (answer = resolve))))
      queue.wake('job', 'a')
      await until('the turn is under way', () => turns === 1)
      let stopped = false
      const stopping = queue.stop().then(() => (stopped = true))
      queue.wake('job', 'b')
      expect(stopped).toBe(false)
      answer({ next: 'again', taken: [] })
      await stopping
      expect(turns).toBe(1)
      await queue.close()
    })
  })
}
