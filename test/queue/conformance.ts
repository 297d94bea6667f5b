import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Queue, Turn } from '../../src/ports/queue.ts'

export interface QueueUnderTest {
  queue: Queue
  clock: {
    now(): number
    /** Lets so much time pass: at once where the clock is a test's own, really where it is not. */
    push(ms: number): Promise<void>
  }
}

const idle: Turn = { next: null, taken: [] }

/** The fact comes true, soon and in real time. */
export const soon = <T>(fact: () => T | Promise<T>) => vi.waitUntil(fact, { timeout: 30_000, interval: 2 })

/** What every queue adapter promises. `make` makes a fresh one. */
export function queueConformance(name: string, make: () => Promise<QueueUnderTest>): void {
  async function open(): Promise<QueueUnderTest> {
    const made = await make()
    onTestFinished(() => made.queue.close())
    return made
  }

  describe(`${name} as a Queue`, () => {
    it('gives a woken lane its turn, once', async () => {
      const { queue, clock } = await open()
      const turns: string[] = []
      queue.consume('job', 4, async (lane) => (turns.push(lane), idle))
      queue.wake('job', 'a')
      await soon(() => turns.length > 0)
      await clock.push(20)
      expect(turns).toEqual(['a'])
    })

    it('keeps what was woken before anybody consumed', async () => {
      const { queue } = await open()
      const turns: string[] = []
      queue.wake('delivery', 'a')
      queue.consume('delivery', 1, async (lane) => (turns.push(lane), idle))
      await soon(() => turns.length === 1)
    })

    it('keeps kinds apart', async () => {
      const { queue, clock } = await open()
      const turns: string[] = []
      queue.consume('job', 1, async (lane) => (turns.push(`job ${lane}`), idle))
      queue.consume('delivery', 1, async (lane) => (turns.push(`delivery ${lane}`), idle))
      queue.wake('delivery', 'a')
      await soon(() => turns.length === 1)
      await clock.push(20)
      expect(turns).toEqual(['delivery a'])
    })

    it('gives a lane that is due later its turn then, and sooner when it is woken sooner', async () => {
      const { queue, clock } = await open()
      const turns: number[] = []
      queue.consume('job', 1, async () => (turns.push(clock.now()), idle))
      const started = clock.now()
      queue.wake('job', 'a', started + 2_000)
      queue.wake('job', 'a', started + 500)
      queue.wake('job', 'a', started + 4_000)
      await clock.push(500)
      await soon(() => turns.length === 1)
      expect(turns[0]).toBeGreaterThanOrEqual(started + 500)
      expect(turns[0]).toBeLessThan(started + 2_000)
    })

    it('brings a lane back at the time its turn named', async () => {
      const { queue, clock } = await open()
      const turns: number[] = []
      queue.consume('job', 1, async () => {
        turns.push(clock.now())
        return { next: turns.length === 1 ? clock.now() + 100 : null, taken: [] }
      })
      queue.wake('job', 'a')
      await soon(() => turns.length === 1)
      await clock.push(100)
      await soon(() => turns.length === 2)
      expect(Number(turns[1])).toBeGreaterThanOrEqual(Number(turns[0]) + 100)
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
      await soon(() => turns.length === 6)
      expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'a'])
    })

    it('leaves every lane in line a share of the free slots', async () => {
      const { queue } = await open()
      const rooms: number[] = []
      for (const lane of ['a', 'b', 'c']) queue.wake('job', lane)
      const running = new Promise<void>(() => {})
      queue.consume('job', 9, async (_lane, room) => {
        rooms.push(room)
        return { next: null, taken: Array.from({ length: room }, () => running) }
      })
      await soon(() => rooms.length === 3)
      expect(rooms).toEqual([3, 3, 3])
    })

    it('gives one tenant no more than its share of the slots while others may come, whatever the number of its lanes', async () => {
      const { queue, clock } = await open()
      const ends: (() => void)[] = []
      const turns: string[] = []
      const take = async (lane: string, room: number): Promise<Turn> => {
        turns.push(lane)
        const taken = Array.from({ length: lane.startsWith('a') ? 1 : room }, () => new Promise<void>((resolve) => ends.push(resolve)))
        return { next: null, taken }
      }
      queue.consume('delivery', 4, take, (tenant) => tenant === 'a')
      for (const origin of ['1', '2', '3', '4', '5']) queue.wake('delivery', `a ${origin}`)
      await soon(() => ends.length === 3)
      await clock.push(20)
      expect(ends).toHaveLength(3)
      queue.wake('delivery', 'b 1')
      await soon(() => turns.at(-1) === 'b 1')
      ends[0]?.()
      await soon(() => turns.filter((lane) => lane.startsWith('a')).length === 4)
      ends[1]?.()
      await soon(() => turns.filter((lane) => lane.startsWith('a')).length === 5)
      await queue.stop()
      for (const end of ends) end()
    })

    it('gives a tenant all slots when it is alone, and what it frees to another until the share holds', async () => {
      const { queue } = await open()
      const ends: Record<string, (() => void)[]> = { a: [], b: [] }
      const take = async (lane: string, room: number): Promise<Turn> => ({
        next: 'again',
        taken: Array.from({ length: room }, () => new Promise<void>((resolve) => ends[lane]?.push(resolve))),
      })
      let shared = false
      queue.consume('job', 4, take, () => shared)
      queue.wake('job', 'a')
      await soon(() => ends.a?.length === 4)
      shared = true
      queue.wake('job', 'b')
      ends.a?.[0]?.()
      await soon(() => ends.b?.length === 1)
      ends.b?.[0]?.()
      await soon(() => ends.b?.length === 2)
      expect(ends.a).toHaveLength(4)
      ends.a?.[1]?.()
      await soon(() => (ends.a?.length ?? 0) + (ends.b?.length ?? 0) === 7)
      await queue.stop()
      for (const end of Object.values(ends).flat()) end()
    })

    it('gives no turn without a free slot, and the next one when a slot is free again', async () => {
      const { queue, clock } = await open()
      const ends: (() => void)[] = []
      queue.consume('job', 2, async (_lane, room) => ({
        next: 'again',
        taken: Array.from({ length: room }, () => new Promise<void>((resolve) => ends.push(resolve))),
      }))
      queue.wake('job', 'a')
      await soon(() => ends.length === 2)
      await clock.push(20)
      expect(ends).toHaveLength(2)
      ends[0]?.()
      await soon(() => ends.length === 3)
      await queue.stop()
      for (const end of ends) end()
    })

    it('gives the lane another turn when it was woken during its own', async () => {
      const { queue } = await open()
      const gates: ((turn: Turn) => void)[] = []
      queue.consume('job', 1, () => new Promise((resolve) => gates.push(resolve)))
      queue.wake('job', 'a')
      await soon(() => gates.length === 1)
      queue.wake('job', 'a')
      gates[0]?.(idle)
      await soon(() => gates.length === 2)
      gates[1]?.(idle)
    })

    it('tries again after a turn that failed', async () => {
      const { queue, clock } = await open()
      let turns = 0
      queue.consume('job', 1, async () => {
        if (++turns === 1) throw new Error('the store is away')
        return idle
      })
      queue.wake('job', 'a')
      await soon(() => turns === 1)
      await clock.push(1_000)
      await soon(() => turns === 2)
    })

    it('gives no turns after stop, which waits for the turns under way', async () => {
      const { queue, clock } = await open()
      let answer = (_: Turn) => {}
      let turns = 0
      queue.consume('job', 4, () => (++turns, new Promise((resolve) => (answer = resolve))))
      queue.wake('job', 'a')
      await soon(() => turns === 1)
      let stopped = false
      const stopping = queue.stop().then(() => (stopped = true))
      queue.wake('job', 'b')
      await clock.push(20)
      expect(stopped).toBe(false)
      answer({ next: 'again', taken: [] })
      await stopping
      await clock.push(20)
      expect(turns).toBe(1)
    })

    it('is healthy', async () => {
      const { queue } = await open()
      expect(await queue.health()).toMatchObject({ ok: true, reason: null })
    })
  })
}
