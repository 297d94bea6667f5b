import { expect, it } from 'vitest'
import { addressOf } from '../../../src/queue/bullmq/check-redis.ts'
import { describeWithRedis, freshRedis, openQueue, silent } from '../with-redis.ts'

describeWithRedis('the check of a Redis', () => {
  it('refuses one that evicts, and names the address without its secret', async () => {
    const redis = await freshRedis({ policy: 'allkeys-lru', password: 'hidden-secret' })
    const refusal = await openQueue(redis).then(String, String)
    expect(refusal).toMatch(/REDIS_URL \(redis:\/\/127\.0\.0\.1:\d+\): its maxmemory-policy is allkeys-lru and must be noeviction/)
    expect(refusal).not.toContain('hidden-secret')
  })

  it('warns of one without an append-only file, and shows it in the health', async () => {
    const redis = await freshRedis()
    const warnings: string[] = []
    const queue = await openQueue(redis, { log: { ...silent, warn: (_, message) => void warnings.push(message) } })
    expect(warnings).toEqual([expect.stringContaining('append-only')])
    expect(await queue.health()).toEqual({ ok: true, reason: null, details: { policy: 'noeviction', aof: 'off', fsync: 'everysec' } })
  })

  it('accepts one with an append-only file in silence', async () => {
    const redis = await freshRedis({ aof: 'always' })
    const warnings: string[] = []
    const queue = await openQueue(redis, { log: { ...silent, warn: (_, message) => void warnings.push(message) } })
    expect(warnings).toEqual([])
    expect(await queue.health()).toMatchObject({ details: { aof: 'on', fsync: 'always' } })
  })

  it('uses one that hides its configuration, as managed ones do', async () => {
    const redis = await freshRedis({ aof: 'always' })
    await redis.ask('ACL', 'SETUSER', 'default', '-config')
    const queue = await openQueue(redis)
    expect(await queue.health()).toMatchObject({ ok: true, details: { policy: 'noeviction', fsync: 'unknown' } })
  })

  it('is not healthy on one that came later and evicts', async () => {
    const redis = await freshRedis()
    const queue = await openQueue(redis)
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru')
    await redis.ask('CLIENT', 'KILL', 'TYPE', 'normal')
    await expect
      .poll(() => queue.health(), { timeout: 3_000 })
      .toMatchObject({
        ok: false,
        reason: expect.stringContaining('volatile-lru'),
      })
  })
})

it('shows an address without user and password', () => {
  expect(addressOf('rediss://user:secret@redis.example:6380/2')).toBe('rediss://redis.example:6380/2')
})
