/**
 * The partners of `neighbour` and `overload`, a process of its own: one destination that takes requests and never answers, and others that
 * answer in 5 ms and keep how long each callback took from its job's end.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerParent } from '../child.ts'

const ANSWER_MS = 5
const LOOK_MS = 20

/** `listen` opens the destinations; `hits` answers once `count` callbacks came to `path`, or after `ms` milliseconds. */
export type ReceiversOrder = { do: 'listen'; others: number } | { do: 'hits'; path: string; count: number; ms: number }

export interface ReceiversReport {
  hung: number
  others: number[]
  /** Requests that the hung destination has taken so far. */
  taken: number
  /** From the event's timestamp, or its job's metadata `sent_at`, to the whole request, milliseconds, of each callback to the path. */
  latencies: number[]
  /** When the last of them came, milliseconds since the epoch. */
  lastAt: number
}

interface CallbackBody {
  timestamp: string
  data: { metadata: { sent_at?: string } }
}

const ports: { hung: number; others: number[] } = { hung: 0, others: [] }
const hits = new Map<string, { latencies: number[]; lastAt: number }>()
let taken = 0

/** Milliseconds since the epoch, as the service's clock has it, with a fraction. */
const wallTime = () => performance.timeOrigin + performance.now()

const hang: RequestListener = (request) => {
  taken += 1
  request.resume().on('error', () => {})
}

const answer: RequestListener = (request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const at = wallTime()
    const { timestamp, data } = JSON.parse(Buffer.concat(parts).toString()) as CallbackBody
    const since = data.metadata.sent_at === undefined ? Date.parse(timestamp) : Number(data.metadata.sent_at)
    const of = hits.get(request.url ?? '/') ?? { latencies: [], lastAt: 0 }
    hits.set(request.url ?? '/', of)
    of.latencies.push(at - since)
    of.lastAt = at
    setTimeout(() => response.writeHead(204).end(), ANSWER_MS)
  })
}

function open(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

answerParent(async (order: ReceiversOrder): Promise<ReceiversReport> => {
  if (order.do === 'listen') {
    ports.hung = await open(hang)
    ports.others = await Promise.all(Array.from({ length: order.others }, () => open(answer)))
    return { ...ports, taken, latencies: [], lastAt: 0 }
  }
  const deadline = wallTime() + order.ms
  while ((hits.get(order.path)?.latencies.length ?? 0) < order.count && wallTime() < deadline) await sleep(LOOK_MS)
  const { latencies, lastAt } = hits.get(order.path) ?? { latencies: [], lastAt: 0 }
  hits.delete(order.path)
  return { ...ports, taken, latencies, lastAt }
})
