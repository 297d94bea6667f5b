import { Redis, type RedisOptions } from 'ioredis'
import { messageOf } from '../../domain/describe-error.ts'
import type { Clock, Log } from '../../ports/runtime.ts'

/** A Redis that has not answered a command for so long is frozen or out of reach, milliseconds. */
const COMMANDS_MS = 1_000
/** The longest pause between two tries to connect, milliseconds. */
const LONGEST_PAUSE_MS = 1_000

/** What all of our connections have in common. RESP2 is what every Redis speaks; ioredis would ask for RESP3 first. */
export const CONNECTION_OPTIONS = {
  protocol: 2,
  connectTimeout: 5_000,
  maxLoadingRetryTime: 500,
  // Towards a frozen Redis a connection ends only by being destroyed.
  disconnectTimeout: 200,
} satisfies RedisOptions

/** The connection for everything that does not wait for messages. It comes back by itself, for ever. */
export interface Connection {
  readonly redis: Redis
  isReady(): boolean
  /** Why Redis is away, for the operator. */
  failure(): string
  /**
   * Runs commands. Rejects with Redis' own error, at once while Redis is away, and after a second without an answer: then
   * the connection is given up and made anew, so that nothing piles up towards a frozen Redis.
   */
  ask<T>(commands: (redis: Redis) => Promise<T>): Promise<T>
  close(): void
}

/** Connects in the background. @param onReady called when Redis is there, for the first time or again */
export function connectRedis(url: string, clock: Clock, log: Log, onReady: () => void): Connection {
  const redis = new Redis(url, {
    ...CONNECTION_OPTIONS,
    enableOfflineQueue: false,
    // A command cut off is rejected at once and never sent again behind our back.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 50, LONGEST_PAUSE_MS),
  })
  let usable = false
  let failure = 'it has not answered yet'
  let closed = false

  redis.on('error', (error) => {
    if (!usable) failure = error.message
  })
  redis.on('ready', () => {
    log.info({}, 'Redis is there')
    usable = true
    onReady()
  })
  redis.on('close', () => lose('the connection was closed'))

  function lose(why: string): void {
    if (!usable || closed) return
    usable = false
    failure = why
    log.warn({ error: failure }, 'Redis is away: submits go on, and what is due runs when it is back')
  }

  /** Whatever is under way on it is rejected; a new one is made. */
  function giveUp(why: string): void {
    lose(why)
    redis.disconnect(true)
  }

  return {
    redis,
    isReady: () => usable,
    failure: () => failure,
    async ask(commands) {
      if (!usable) throw new Error(`Redis is away: ${failure}`)
      try {
        return await within(clock, COMMANDS_MS, commands(redis))
      } catch (error) {
        if (!isReply(error)) giveUp(messageOf(error))
        throw error
      }
    },
    close() {
      closed = true
      redis.disconnect()
    },
  }
}

/** Redis itself has said no: it is there. */
export function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** The answer, or a rejection: after `ms` milliseconds without one, or with the signal's reason. */
export function within<T>(clock: Clock, ms: number, answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false
    const expire = () => (settled ? undefined : reject(new Error(`no answer for ${ms} ms`)))
    // After a pause of this very process the answer may be here, unread: it is read first.
    const cancel = clock.after(ms, () => setImmediate(() => setImmediate(expire)))
    const aborted = () => reject(signal?.reason)
    if (signal?.aborted) aborted()
    signal?.addEventListener('abort', aborted)
    const settle = () => {
      settled = true
      cancel()
      signal?.removeEventListener('abort', aborted)
    }
    answer.finally(settle).then(resolve, reject)
  })
}
