/**
 * The load generator, a process of its own: so many connections, each with one request in flight. It writes prepared bytes
 * to plain sockets and looks at nothing but the status and the length of an answer, so that the server gets the CPU.
 */
import { createConnection, type Socket } from 'node:net'
import { answerParent } from './child.ts'
import { machineTime } from './clock.ts'

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

async function run(order: LoadOrder): Promise<LoadReport> {
  const requests = order.requests.map((request) => Buffer.from(request))
  const latencies: number[] = []
  let sent = 0
  const startedAt = machineTime()
  const next = () => {
    if (sent >= order.count || machineTime() - startedAt >= order.ms) return null
    sent += 1
    return requests[sent % requests.length] ?? null
  }
  await Promise.all(Array.from({ length: order.connections }, () => converse(order, next, latencies)))
  const ms = machineTime() - startedAt
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
  return { count: latencies.length, ms, p50: at(0.5), p99: at(0.99) }
}

/** One connection: request, answer, request … until `next` has no more. Rejects at the first answer that is not the expected one. */
function converse(order: LoadOrder, next: () => Buffer | null, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createConnection({ port: order.port, host: '127.0.0.1', noDelay: true })
    let rest: Buffer = Buffer.alloc(0)
    let askedAt = 0
    const ask = () => {
      const request = next()
      if (request === null) {
        socket.destroy()
        resolve()
        return
      }
      askedAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the server closed a connection')))
    socket.on('data', (part: Buffer) => {
      rest = rest.length === 0 ? part : Buffer.concat([rest, part])
      const length = answerLength(rest)
      if (length === null || rest.length < length) return
      if (statusOf(rest) !== order.expectedStatus) {
        socket.destroy()
        reject(new Error(`unexpected answer: ${rest.toString('latin1', 0, 500)}`))
        return
      }
      rest = rest.subarray(length)
      latencies.push(performance.now() - askedAt)
      ask()
    })
  })
}

function statusOf(answer: Buffer): number {
  return Number(answer.toString('latin1', 9, 12))
}

/** Bytes of the whole answer, or null while its head is incomplete. Both servers send Content-Length. */
function answerLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))
  if (length === null) throw new Error('an answer without Content-Length')
  return end + 4 + Number(length[1])
}
