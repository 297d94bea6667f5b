import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createConnectionLimit } from '../../src/http/server/connection-limit.ts'

function withLimit(most: number) {
  let now = 0
  let toldFull = 0
  const limit = createConnectionLimit(
    most,
    () => now,
    () => {
      toldFull += 1
    },
  )
  return {
    limit,
    toldFull: () => toldFull,
    pass: (ms: number) => {
      now += ms
    },
    /** A connection that comes; whether it was let in. */
    comes() {
      const socket = new FakeSocket()
      return { socket, admitted: limit.admit(socket as unknown as Socket) }
    },
    asks(socket: FakeSocket) {
      const response = new EventEmitter()
      limit.occupy(socket as unknown as Socket, response as unknown as ServerResponse)
      return () => response.emit('close')
    },
  }
}

class FakeSocket extends EventEmitter {
  destroyed = false
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

it('the connection that has been idle for longest makes room for the next one', () => {
  const { limit, comes, asks, pass, toldFull } = withLimit(2)
  const first = comes()
  const second = comes()
  const answered = asks(first.socket)
  pass(1_000)
  answered()
  pass(1_000)
  expect(comes().admitted).toBe(true)
  expect([first.socket.destroyed, second.socket.destroyed]).toEqual([false, true])
  expect(limit.figures).toMatchObject({ open: 2, closedIdle: 1, refused: 0 })
  expect(toldFull()).toBe(1)
})

it('who waits for an answer, or has only come, is never closed: the next one is refused', () => {
  const { limit, comes, asks, pass } = withLimit(2)
  const { socket } = comes()
  const answers = [asks(socket), asks(socket)]
  pass(1_000)
  comes()
  const refused = comes()
  expect(refused.admitted).toBe(false)
  expect(limit.figures).toMatchObject({ open: 3, closedIdle: 0, refused: 1 })
  refused.socket.destroy()
  pass(1_000)
  expect(comes().admitted).toBe(true)
  answers[0]?.()
  pass(1_000)
  expect(comes().admitted).toBe(true)
  expect(socket.destroyed).toBe(false)
})
