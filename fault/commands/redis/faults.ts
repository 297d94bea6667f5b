/** What is done to Redis in a round of `redis`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestRedis } from '../../../test/support/redis.ts'
import type { FaultProxy } from '../../harness/proxy.ts'
import type { Rng } from '../../harness/rng.ts'

/** Of the replies on the connections to Redis so many are cut while they are. */
const CUT_SHARE = 0.1
const LOOK_MS = 50
const LOOKS = 100

export interface Target {
  redis: TestRedis
  /** What the processes know as Redis. */
  proxy: FaultProxy
  rng: Rng
}

export interface Fault {
  name: string
  /** Settles when Redis is back; with the lanes that stood in line there when it was emptied, where it was. */
  inject(target: Target): Promise<unknown>
}

export const KILLED: Fault = {
  name: 'kill -9, started again',
  async inject({ redis, rng }) {
    await redis.kill()
    await sleep(rng.between(100, 1_500))
    await redis.start()
  },
}

/** @param ms milliseconds */
export function frozenFor(ms: number): Fault {
  return {
    name: `SIGSTOP for ${ms / 1000} s`,
    async inject({ redis }) {
      redis.freeze()
      await sleep(ms)
      redis.thaw()
    },
  }
}

/** Empties Redis and tells, in the same step, how many lanes stood in line there. */
const FLUSH = `
  local lanes = 0
  for _, key in ipairs(redis.call('KEYS', '*:wait')) do lanes = lanes + redis.call('LLEN', key) end
  for _, key in ipairs(redis.call('KEYS', '*:prioritized')) do lanes = lanes + redis.call('ZCARD', key) end
  redis.call('FLUSHALL')
  return lanes`

export const FLUSHED: Fault = { name: 'FLUSHALL', inject: ({ redis }) => redis.ask('EVAL', FLUSH, '0') }

export const REPLACED: Fault = { name: 'an empty one in its place', inject: ({ redis }) => redis.replace() }

export const FULL: Fault = {
  name: 'maxmemory reached',
  async inject({ redis, rng }) {
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
    await sleep(rng.between(500, 2_000))
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
  },
}

export const CUT: Fault = {
  name: 'replies cut after execution',
  async inject({ proxy, rng }) {
    const before = proxy.cuts
    proxy.cut({ cutBeforeReply: CUT_SHARE })
    await sleep(rng.between(500, 2_000))
    // A moment with few replies may pass without a cut.
    for (let looks = 0; proxy.cuts === before && looks < LOOKS; looks += 1) await sleep(LOOK_MS)
    proxy.cut({})
  },
}
