import type { Socket } from 'node:net'
import { errors } from 'undici'
import { SendFailure } from './failure.ts'

/** 32 KiB of headers and 64 KiB of body are kept; a body in small chunks may be some times longer on the wire. */
const MAX_BYTES = 256 * 1024
/** Lines of headers and of chunk frames: each costs the parser some objects, however short it is. */
const MAX_LINES = 4096
/** Bytes that are handed over at a time. */
const PIECE = 4096
const LINE_FEED = 0x0a

/**
 * Bounds what one response can make us read and do; returns the same socket. The connection is destroyed beyond 256 KiB or 4,096
 * lines. undici bounds only the sum of its headers' names and values: ten thousands of empty headers, one-byte chunks,
 * empty lines before the answer and chunk extensions reach none of its limits.
 *
 * The bytes are handed over in small pieces, and none after the headers were too large: undici (8.12) goes on parsing the
 * piece it has and makes another error for each header in it.
 */
export function boundReads<S extends Socket>(socket: S): S {
  const read: (size?: number) => Buffer | null = socket.read.bind(socket)
  const write: typeof socket.write = socket.write.bind(socket)
  let bytes = 0
  let lines = 0

  // One request at a time is under way on a connection, so the bytes after a write belong to its answer.
  socket.write = ((...args: Parameters<typeof write>) => {
    bytes = 0
    lines = 0
    return write(...args)
  }) as typeof write
  socket.read = () => {
    if (bytes > MAX_BYTES || lines > MAX_LINES || socket.errored instanceof errors.HeadersOverflowError) return null
    const piece = read(Math.min(socket.readableLength, PIECE) || undefined)
    if (piece === null) return null
    bytes += piece.length
    lines += countLines(piece)
    if (bytes <= MAX_BYTES && lines <= MAX_LINES) return piece
    socket.destroy(new SendFailure(lines > MAX_LINES ? 'headers_too_large' : 'invalid_response'))
    return null
  }
  return socket
}

function countLines(piece: Buffer): number {
  let count = 0
  for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) count += 1
  return count
}
