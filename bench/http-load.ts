/** The load generator, a process of its own: so many connections, each with one request in flight. */
import { answerParent } from './child.ts'
import { machineTime } from './clock.ts'
import { percentiles } from './compare.ts'
import { converse, statusOf } from './raw-http.ts'

export interface LoadOrder {
  port: number
  connections: number
  /** Stops at whichever comes first: so many milliseconds, or so many requests. */
  ms: number
  count: number
  /** Whole requests, sent in turn. */
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
  const requests = texts.map((text) => Buffer.from(text))
  const latencies: number[] = []
  let sent = 0
  const startedAt = machineTime()
  const next = () => {
    if (sent >= count || machineTime() - startedAt >= limit) return null
    sent += 1
    return requests[sent % requests.length] ?? null
  }
  const answered = (answer: Buffer, ms: number) => {
    if (statusOf(answer) !== expectedStatus) throw new Error(`unexpected answer: ${answer.toString('latin1', 0, 500)}`)
    latencies.push(ms)
  }
  await Promise.all(Array.from({ length: connections }, () => converse({ port, next, answered })))
  const ms = machineTime() - startedAt
  return { count: latencies.length, ms, ...percentiles(latencies) }
}
