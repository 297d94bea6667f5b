/**
 * A process that submits jobs at a steady rate, whether or not they are answered in time, and receives their callbacks:
 * it has one clock for both.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { ADMIN_KEY } from '../../test/support/service.ts'
import { answerParent } from '../child.ts'
import { percentiles } from '../compare.ts'
import { atPace, type Pace } from '../paced.ts'

export interface PacedOrder extends Pace {
  /** Of the API. */
  port: number
}

export interface PacedReport {
  /** 202s, from the first submission to the last answer. */
  perSecond: number
  /** From the 202 to the callback, milliseconds. One that overtook its 202 counts as 0. */
  p50: number
  p99: number
}

const CONNECTIONS = 64
/** A callback is waited for so long after the last 202. */
const PATIENCE_MS = 60_000

let arrived: (n: number) => void = () => {}

const receiver = createServer((request, response) => {
  arrived(Number(request.url?.slice(1)))
  request.resume().on('end', () => response.writeHead(204).end())
})

answerParent(async (order: PacedOrder): Promise<PacedReport> => {
  if (!receiver.listening) await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const accepted = new Map<number, number>()
  const called = new Map<number, number>()
  const complete = Promise.withResolvers<void>()
  arrived = (n) => {
    if (!called.has(n)) called.set(n, performance.now())
    if (called.size === order.count) complete.resolve()
  }
  const pool = new Pool(`http://127.0.0.1:${order.port}`, { connections: CONNECTIONS })
  const startedAt = performance.now()
  await atPace(order, async (n) => {
    await submit(pool, n)
    accepted.set(n, performance.now())
  })
  const ms = performance.now() - startedAt
  await pool.close()
  const overdue = setTimeout(() => complete.reject(new Error(`${order.count - called.size} callbacks did not come`)), PATIENCE_MS)
  await complete.promise
  clearTimeout(overdue)
  const latencies = [...accepted].map(([n, at]) => Math.max(0, (called.get(n) ?? Number.NaN) - at))
  return { perSecond: order.count / (ms / 1000), ...percentiles(latencies) }
})

async function submit(pool: Pool, n: number): Promise<void> {
  const { port } = receiver.address() as AddressInfo
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/v1/jobs',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'bench.noop', payload: { order: n }, callback_url: `http://127.0.0.1:${port}/${n}` }),
  })
  if (statusCode !== 202) throw new Error(`a submit was answered ${statusCode}: ${await body.text()}`)
  await body.dump()
}
