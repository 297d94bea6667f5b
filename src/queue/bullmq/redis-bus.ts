/** The bus over Redis: messages between processes on any hosts. One that is lost costs its hearers time only. */
import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Bus, BusMessage } from '../../ports/bus.ts'
import { CONNECTION_OPTIONS } from './connection.ts'

/** A Redis that does not take them is left alone: messages beyond this many that wait are dropped. */
const MOST_WAITING = 10_000
const LONGEST_PAUSE_MS = 1_000

/** A bus that is there as long as its Redis is. */
export interface RedisBus extends Bus {
  close(): void
}

/** @param prefix before every key of ours, so that installations on one Redis do not hear each other: see `prefixOf` */
export function openRedisBus({ url, prefix }: { url: string; prefix: string }): RedisBus {
  const channel = `${prefix}:bus`
  const self = randomBytes(8).toString('hex')
  const retryStrategy = (times: number) => Math.min(times * 50, LONGEST_PAUSE_MS)
  const sender = new Redis(url, { ...CONNECTION_OPTIONS, enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy })
  const hearer = new Redis(url, { ...CONNECTION_OPTIONS, maxRetriesPerRequest: null, retryStrategy })
  const subscribers = new Set<(message: BusMessage) => void>()
  let turn = new Map<string, BusMessage>()
  // The queue's connection tells of a Redis that is away.
  for (const one of [sender, hearer]) one.on('error', () => {})

  hearer.subscribe(channel).catch(() => {})
  hearer.on('message', (_, text) => {
    for (const message of readMessages(text, self)) for (const hear of subscribers) hear(message)
  })

  function sendTurn(): void {
    const messages = [...turn.values()]
    turn = new Map()
    if (sender.status === 'ready') sender.publish(channel, JSON.stringify({ from: self, messages })).catch(() => {})
  }

  return {
    publish(message) {
      if (turn.size >= MOST_WAITING) return
      if (turn.size === 0) setImmediate(sendTurn)
      turn.set(`${message.kind} ${message.id}`, message)
    },
    subscribe(hear) {
      subscribers.add(hear)
      return () => void subscribers.delete(hear)
    },
    close() {
      sender.disconnect()
      hearer.disconnect()
    },
  }
}

/** Those of others. What cannot be read is of another version: it is left out, as if it had been lost. */
function readMessages(text: string, self: string): BusMessage[] {
  try {
    const { from, messages } = JSON.parse(text) as { from: string; messages: BusMessage[] }
    return from === self ? [] : messages
  } catch {
    return []
  }
}
