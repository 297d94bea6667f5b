import type { Socket } from 'node:net'
import { errors } from 'undici'
import { createInterimFilter } from './interim-filter.ts'

/**
 * Hides interim answers on this socket from undici; returns the same socket. undici (8.12) takes a 100 that nobody asked
 * for as a broken answer. For connections with one request at a time whose body goes out in one piece with its headers.
 */
export function skipInterim<S extends Socket>(socket: S): S {
  const read: () => Buffer | null = socket.read.bind(socket)
  const write: typeof socket.write = socket.write.bind(socket)
  const filter = createInterimFilter()

  socket.write = ((...args: Parameters<typeof write>) => {
    filter.expectAnswer()
    return write(...args)
  }) as typeof write
  socket.read = () => {
    for (let piece = read(); piece !== null; piece = read()) {
      const passed = filter.pass(piece)
      if (passed === null) {
        socket.destroy(Object.assign(new errors.HTTPParserError('too many interim answers'), { code: 'HPE_TOO_MANY_INTERIM' }))
        return null
      }
      if (passed.length > 0) return passed
    }
    return null
  }
  return socket
}
