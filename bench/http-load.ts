/** The load generator, a process of its own: so many connections, each with one request in flight. */
import { answerParent } from './child.ts'
import { machineTime } from './clock.ts'
import { percentiles } from './compare.ts'
import { FRESH } from './fresh.ts'
import { converse, statusOf } from './raw-http.ts'

export interface LoadOrder {
  port: number
  connections: number
  /** Stops at whichever comes first: so many milliseconds, or so many requests. */
  ms: number
  count: number
  /** Whole requests, sent in turn. Each `FRESH` in them becomes a number that no other request has. */
  requests: string[]
  expectedStatus: number
}

/** Times in milliseconds. */
export interface LoadReport {
  count: number
  ms: number
  p50: number
  p99: number
}

answerParent(run)

/** Rejects at the first answer that is not the expected one. */
async function run({ port, connections, ms: limit, count, requests: texts, expectedStatus }: LoadOrder): Promise<LoadReport> {
  const requests = texts.map(prepare)
  const latencies: number[] = []
  let sent = 0
  const startedAt = machineTime()
  const next = () => {
    if (sent >= count || machineTime() - startedAt >= limit) return null
    sent += 1
    return requests[sent % requests.length]?.() ?? null
  }
  const answered = (answer: Buffer, ms: number) => {
    if (statusOf(answer) !== expectedStatus) throw new Error(`unexpected answer: ${answer.toString('latin1', 0, 500)}`)
    latencies.push(ms)
  }
  await Promise.all(Array.from({ length: connections }, () => converse({ port, next, answered })))
  const ms = machineTime() - startedAt
  return { count: latencies.length, ms, ...percentiles(latencies) }
}

let serial = 0
/** No other process of this machine has the same. */
const OWN = String(process.pid)

/** Gives the bytes of a request each time it is to be sent. */
function prepare(text: string): () => Buffer {
  const bytes = Buffer.from(text)
  const at = bytes.indexOf(FRESH)
  if (at < 0) return () => bytes
  return () => {
    serial += 1
    const own = Buffer.from(bytes)
    own.write(`${OWN}-${serial}`.padStart(FRESH.length, '0'), at, FRESH.length, 'latin1')
    return own
  }
}
