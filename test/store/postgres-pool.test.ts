import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../src/store/postgres/connection/connect.ts'
import { createPool } from '../../src/store/postgres/connection/pool.ts'

const CONNECTION: Connection = { facts: {}, serverStart: '', alive: () => true, run: async () => [], end: async () => {} }

describe('who waits for a connection to PostgreSQL', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is refused after two seconds when others use them all', async () => {
    const pool = createPool(1, async () => CONNECTION)
    const long = Promise.withResolvers<void>()
    const first = pool.use(() => long.promise)
    const second = pool.use(async () => 'done').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(2_100)
    expect(await second).toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
    long.resolve()
    await first
    await pool.close()
  })

  it('waits longer for the first one, which a slow server is about to give', async () => {
    const opened = Promise.withResolvers<Connection>()
    const pool = createPool(1, () => opened.promise)
    const used = pool.use(async () => 'done')
    await vi.advanceTimersByTimeAsync(5_000)
    opened.resolve(CONNECTION)
    expect(await used).toBe('done')
    await pool.close()
  })

  it('is refused in the end when even the first one does not come', async () => {
    const opened = Promise.withResolvers<Connection>()
    const pool = createPool(1, () => opened.promise)
    const used = pool.use(async () => 'done').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(6_100)
    expect(await used).toMatchObject({ name: 'StoreUnavailable' })
    opened.resolve(CONNECTION)
    await pool.close()
  })
})
