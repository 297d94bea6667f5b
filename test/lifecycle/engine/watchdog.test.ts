import { describe, expect, it } from 'vitest'
import { startMaintenance } from '../../../src/lifecycle/engine/maintenance.ts'
import { answered, hook, type TestWorld, testWorld } from '../../support/world.ts'

const told = ({ complaints }: TestWorld) => complaints.filter(({ message }) => message === 'work is due and nobody takes it')
/** Long enough for two looks. */
const MINUTE_MS = 61_000

describe('the watchdog', () => {
  it('warns once of a job that is due and that nobody takes', async () => {
    await using w = await testWorld({ localQueues: false })
    await startMaintenance(w)
    await w.submit()
    await w.clock.push(5 * MINUTE_MS)
    expect(told(w)).toEqual([
      { message: expect.any(String), fields: expect.objectContaining({ kind: 'job', lanes: 1, lane: 'tnt_default' }) },
    ])
  })

  it('has nothing to say of what is taken, is due later, or waits behind an open breaker', async () => {
    await using w = await testWorld()
    w.answer = () => answered(503)
    await startMaintenance(w)
    w.work()
    for (let n = 0; n < 20; n += 1) await w.submit({ callback: hook })
    await w.submit({ runAt: w.clock.now() + 10 * MINUTE_MS })
    await w.clock.push(4 * MINUTE_MS)
    expect(told(w)).toEqual([])
  })
})
