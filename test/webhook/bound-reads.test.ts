/** What its bounds do to a whole exchange is in `hostile-receivers.test.ts`. */
import { Socket } from 'node:net'
import { errors } from 'undici'
import { expect, test } from 'vitest'
import { boundReads } from '../../src/webhook/bound-reads.ts'

function receiving(bytes: string): Socket {
  const socket = new Socket()
  socket.push(bytes)
  return boundReads(socket)
}

test('bytes are handed over in pieces of at most 4 KiB, in order', () => {
  const bytes = Array.from({ length: 10_000 }, (_, n) => n % 10).join('')
  const socket = receiving(bytes)
  const pieces = [socket.read(), socket.read(), socket.read()].map(String)
  expect(pieces.map((piece) => piece.length)).toEqual([4096, 4096, 1808])
  expect(pieces.join('')).toBe(bytes)
  expect(socket.read()).toBeNull()
})

test('nothing is handed over once the headers were too large', () => {
  const socket = receiving('a:\r\n'.repeat(2000)).on('error', () => {})
  expect(socket.read()).toHaveLength(4096)
  socket.destroy(new errors.HeadersOverflowError())
  expect(socket.read()).toBeNull()
})
