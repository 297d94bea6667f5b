/**
 * The queue port on BullMQ, for several processes: lanes wait in Redis, and every process takes turns from it.
 * A Redis that is away, frozen, full, flushed or replaced costs time, nothing else: submits never wait for it, the sweep
 * wakes again what is due, and everything here goes on by itself when it is back.
 */
import { Queue as BullQueue } from 'bullmq'
import { describeError } from '../../domain/describe-error.ts'
import type { Kind } from '../../ports/kinds.ts'
import type { Queue } from '../../ports/queue.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import { addressOf, logRedisFacts, policyFault, type RedisFacts, RedisRefused, readRedisFacts } from './check-redis.ts'
import { connectRedis } from './connection.ts'
import { type Consumer, startConsumer } from './consumer.ts'
import { MESSAGE_OPTIONS, type Message } from './message.ts'
import { otherPrefixes } from './other-installations.ts'
import { createWakeUps } from './wake-ups.ts'

/** A start waits so long for Redis and then goes on without it, milliseconds. */
const START_MS = 2_000
/** Entries that BullMQ keeps of what happened to messages, for its dashboards. */
const EVENTS_KEPT = 100

/** Which Redis, and under which keys. */
export interface BullQueueOptions {
  /** `redis://` or `rediss://`, with user, password and database as needed */
  url: string
  clock: Clock
  log: Log
  /** Before every key of ours: see `prefixOf`. */
  prefix: string
}

/** Opens the queue, whether Redis is there or not. Rejects with `RedisRefused` when Redis answers and must not be used. */
export async function openBullQueue({ url, clock, log, prefix }: BullQueueOptions): Promise<Queue> {
  const checked = Promise.withResolvers<void>()
  let facts: RedisFacts | null = null
  const connection = connectRedis(url, clock, log, () => void ready())
  const kinds: Record<Kind, KindQueue> = { job: openKind('job'), delivery: openKind('delivery') }
  const all = Object.values(kinds)
  const consumers: Consumer[] = []

  function openKind(kind: Kind) {
    const queue = new BullQueue<Message>(kind, {
      connection: connection.redis,
      prefix,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      skipMetasUpdate: true,
      defaultJobOptions: MESSAGE_OPTIONS,
    })
    // The connection logs its failures once, not once for each kind.
    queue.on('error', () => {})
    // The notice to a waiting receiver may go to one that is frozen, and a lane that waits is not added again: so every
    // wake-up notifies one more.
    const notify = () => connection.redis.zadd(queue.toKey('marker'), 0, '0')
    const addBulk: typeof queue.addBulk = async (messages) => (await Promise.all([queue.addBulk(messages), notify()]))[0]
    return { queue, wakeUps: createWakeUps({ name: kind, addBulk }, connection, clock, log) }
  }

  /** Called when Redis is there, perhaps another one than before. When it goes away meanwhile, the next time does this again. */
  async function ready(): Promise<void> {
    for (const { wakeUps } of all) wakeUps.resume()
    try {
      const found = await connection.ask(readRedisFacts)
      if (JSON.stringify(found) !== JSON.stringify(facts)) logRedisFacts(found, log)
      if (facts === null) void logOtherInstallations()
      facts = found
      checked.resolve()
      await connection.ask(() => Promise.all(all.map(({ queue }) => queue.getBackend().setQueueMeta({ 'opts.maxLenEvents': EVENTS_KEPT }))))
    } catch (error) {
      log.debug({}, 'Redis could not be checked', error)
    }
  }

  async function logOtherInstallations(): Promise<void> {
    try {
      const others = await otherPrefixes(connection.redis, prefix)
      if (others.length > 0) log.info({ prefix, others }, 'Redis holds queues of other installations, too: they are left alone')
    } catch (error) {
      log.debug({}, 'Redis could not be searched for other installations', error)
    }
  }

  function fault(): string | null {
    return facts && policyFault(facts)
  }

  /** Why nothing can be put into Redis now; null: it can. */
  async function obstacle(): Promise<string | null> {
    try {
      await connection.ask((redis) => redis.set(`${prefix}:written`, '', 'PX', 1))
      return null
    } catch (error) {
      const { type, message } = describeError(error)
      return connection.isReady() ? `Redis refuses to write: ${type}: ${message}` : `Redis is away: ${connection.failure()}`
    }
  }

  async function stop(): Promise<void> {
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  }

  async function close(): Promise<void> {
    await stop()
    await Promise.all(all.map(({ wakeUps }) => wakeUps.flushed()))
    await Promise.all(all.map(({ queue }) => queue.close()))
    connection.close()
  }

  await Promise.race([checked.promise, clock.sleep(START_MS)])
  const refused = fault()
  if (refused !== null) {
    await close()
    throw new RedisRefused(url, refused)
  }
  if (!connection.isReady()) {
    log.warn({ redis: addressOf(url), error: connection.failure() }, 'Redis does not answer: started without; work waits until it is there')
  }

  return {
    wake: (kind, lane, at) => kinds[kind].wakeUps.wake(lane, at),
    consume(kind, slots, takeTurn, hasOthers) {
      const { wake } = kinds[kind].wakeUps
      consumers.push(startConsumer({ url, prefix, kind, count: slots, takeTurn, hasOthers, wake, connection, clock, log }))
    },
    stop,
    async health() {
      const reason = fault() === null ? await obstacle() : `Redis must not be used: ${fault()}`
      const details = Object.fromEntries(Object.entries(facts ?? {}).map(([name, value]) => [name, value ?? 'unknown']))
      return { ok: reason === null, reason, details }
    },
    close,
  }
}

type KindQueue = { queue: BullQueue<Message>; wakeUps: ReturnType<typeof createWakeUps> }
