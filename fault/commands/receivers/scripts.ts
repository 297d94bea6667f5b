/** What raw receivers do, in words to make behaviours of. */
import type { Socket } from 'node:net'
import type { Script } from '../../../test/support/raw-receiver.ts'

export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

export interface Answering {
  /** Hang up after the answer. */
  hangUp?: true
  tls?: Script['tls']
}

/** The same bytes for every request. */
export function answer(bytes: string | Buffer | (() => string), { hangUp, tls }: Answering = {}): Script {
  return {
    ...(tls ? { tls } : {}),
    onRequest: (socket) => {
      socket.write(typeof bytes === 'function' ? bytes() : bytes)
      if (hangUp) socket.end()
    },
  }
}

/** A whole answer of this status; `headers` are lines without their end. */
export function status(code: number, headers: readonly string[] = [], body = ''): string {
  return [`HTTP/1.1 ${code} X`, `content-length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n')
}

/** First `start`, then `drop()` every `everyMs` milliseconds as long as somebody listens. */
export function drip(start: string, everyMs: number, drop: (n: number) => string): Script {
  return {
    onRequest: (socket) => {
      socket.write(start)
      let n = 0
      const timer = setInterval(() => socket.write(drop(++n)), everyMs)
      socket.once('close', () => clearInterval(timer))
    },
  }
}

/** First `start`, then `drop` as many times as the other side takes it. */
export function pour(start: string, drop = 'a'): Script {
  const water = Buffer.alloc(256 * 1024, drop)
  return {
    onRequest: (socket) => {
      const more = () => {
        if (!socket.destroyed) socket.write(water, () => setImmediate(more))
      }
      socket.write(start, more)
    },
  }
}

/** Writes `bytes` and, once they are on their way, resets the connection. */
export function reset(bytes = ''): Script {
  return {
    onRequest: (socket) => {
      if (bytes === '') socket.resetAndDestroy()
      else socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 50))
    },
  }
}

export function onConnect(act: (socket: Socket) => void): Script {
  return { onConnection: act, neverReads: true }
}
