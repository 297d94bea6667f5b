/**
 * One connection with one request in flight at a time: prepared bytes on a plain socket, and of an answer only its status and
 * its length are looked at, so that the server gets the CPU.
 */
import { createConnection, type Socket } from 'node:net'

export interface Conversation {
  port: number
  /** The next whole request; null ends the conversation. */
  next: () => Buffer | null
  /** A whole answer, and the milliseconds since its request was written. */
  answered: (answer: Buffer, ms: number) => void
  /** Between an answer and the next request, milliseconds; the first comes after a part of it. At once when absent. */
  pauseMs?: number
}

/** Request, answer, request … until `next` has no more. Rejects when the connection ends before, or `answered` throws. */
export function converse({ port, next, answered, pauseMs = 0 }: Conversation): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
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
    const askAfter = (ms: number) => {
      if (ms > 0) setTimeout(ask, ms)
      else ask()
    }
    socket.on('connect', () => askAfter(Math.random() * pauseMs))
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the server closed a connection')))
    socket.on('data', (part: Buffer) => {
      rest = rest.length === 0 ? part : Buffer.concat([rest, part])
      const length = answerLength(rest)
      if (length === null || rest.length < length) return
      const answer = rest.subarray(0, length)
      rest = rest.subarray(length)
      try {
        answered(answer, performance.now() - askedAt)
      } catch (error) {
        socket.destroy()
        reject(error)
        return
      }
      askAfter(pauseMs)
    })
  })
}

export function statusOf(answer: Buffer): number {
  return Number(answer.toString('latin1', 9, 12))
}

/** Bytes of the whole answer, or null while its head is incomplete. Our servers send Content-Length. */
function answerLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))
  if (length === null) throw new Error('an answer without Content-Length')
  return end + 4 + Number(length[1])
}
