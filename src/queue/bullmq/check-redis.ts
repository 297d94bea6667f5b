import type { Redis } from 'ioredis'
import { OperatorError } from '../../domain/operator-error.ts'
import type { Log } from '../../ports/runtime.ts'
import { isReply } from './connection.ts'

/** The start is refused: this Redis would drop what it is given. The message shows no credentials. */
export class RedisRefused extends OperatorError {
  constructor(url: string, fault: string) {
    super(`REDIS_URL (${addressOf(url)}): ${fault}`)
    this.name = 'RedisRefused'
  }
}

/** How a Redis keeps what it is given; null: it does not say, as some managed ones. */
export interface RedisFacts {
  /** `maxmemory-policy` */
  policy: string | null
  /** The append-only file. */
  aof: 'on' | 'off' | null
  /** `appendfsync` */
  fsync: string | null
}

/** Asks Redis for its facts. Rejects when it does not answer. */
export async function readRedisFacts(redis: Redis): Promise<RedisFacts> {
  const hidden = (error: unknown): null => {
    if (!isReply(error)) throw error
    return null
  }
  const [info, fsync] = await Promise.all([redis.info().catch(hidden), redis.config('GET', 'appendfsync').catch(hidden)])
  const told = (name: string) => info?.match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1] ?? null
  const aof = told('aof_enabled')
  return {
    policy: told('maxmemory_policy'),
    aof: aof === null ? null : aof === '1' ? 'on' : 'off',
    fsync: Array.isArray(fsync) && typeof fsync[1] === 'string' ? fsync[1] : null,
  }
}

/** Why this Redis must not be used; null: it may. A Redis that evicts would drop lanes in silence. */
export function policyFault({ policy }: RedisFacts): string | null {
  return policy === null || policy === 'noeviction' ? null : `its maxmemory-policy is ${policy} and must be noeviction`
}

/** Logs what an operator should know of this Redis. An append-only file saves the delay of a sweep, never a job. */
export function logRedisFacts(facts: RedisFacts, log: Log): void {
  const fault = policyFault(facts)
  if (fault !== null) log.error({}, `Redis must not be used: ${fault}`)
  if (facts.policy === null) log.warn({}, 'Redis does not tell its maxmemory-policy: it must be noeviction')
  if (facts.aof !== 'on') log.warn({ aof: facts.aof }, 'Redis keeps no append-only file: after a crash of it the sweep finds what was due')
}

/** The address without its credentials. */
export function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
