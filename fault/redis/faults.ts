/** What befalls Redis in a round of `redis`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestRedis } from '../../test/support/redis.ts'
import type { FaultProxy } from '../proxy.ts'
import type { Dice } from '../random.ts'

/** Of the replies on the connections to Redis so many are cut while they are. */
const CUT_SHARE = 0.1
const LOOK_MS = 50
const LOOKS = 100

export interface Victim {
  redis: TestRedis
  /** What the processes know as Redis. */
  proxy: FaultProxy
  dice: Dice
}

export interface Fault {
  name: string
  /** Settles when Redis is back. */
  strike(victim: Victim): Promise<unknown>
}

export const KILLED: Fault = {
  name: 'kill -9, started again',
  async strike({ redis, dice }) {
    await redis.kill()
    await sleep(dice.between(100, 1_500))
    await redis.start()
  },
}

/** @param ms milliseconds */
export function frozenFor(ms: number): Fault {
  return {
    name: `SIGSTOP for ${ms / 1000} s`,
    async strike({ redis }) {
      redis.freeze()
      await sleep(ms)
      redis.thaw()
    },
  }
}

export const FLUSHED: Fault = { name: 'FLUSHALL', strike: ({ redis }) => redis.ask('FLUSHALL') }

export const REPLACED: Fault = { name: 'an empty one in its place', strike: ({ redis }) => redis.replace() }

export const FULL: Fault = {
  name: 'maxmemory reached',
  async strike({ redis, dice }) {
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
    await sleep(dice.between(500, 2_000))
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
  },
}

export const CUT: Fault = {
  name: 'replies cut after execution',
  async strike({ proxy, dice }) {
    const before = proxy.cuts
    proxy.poison({ cutBeforeReply: CUT_SHARE })
    await sleep(dice.between(500, 2_000))
    // A moment with few replies may pass without a cut.
    for (let looks = 0; proxy.cuts === before && looks < LOOKS; looks += 1) await sleep(LOOK_MS)
    proxy.poison({})
  },
}
