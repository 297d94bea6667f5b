/** Messages on a stream: their length in four bytes, then the message as the structured clone algorithm writes it. */
import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'

const HEADER_BYTES = 4
/** More than one message of the writer's ever has. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024

/** The bytes of one message, its length before it. */
export function frame(message: unknown): Buffer {
  const body = serialize(message)
  const framed = Buffer.allocUnsafe(HEADER_BYTES + body.byteLength)
  framed.writeUInt32BE(body.byteLength)
  body.copy(framed, HEADER_BYTES)
  return framed
}

/** Hands on each whole message that comes; `broken` is told what could not be understood, and ends the connection. */
export function readFrames(socket: Socket, onMessage: (message: unknown) => void, broken: (error: unknown) => void): void {
  const read = frameReader(onMessage)
  socket.on('data', (chunk) => {
    try {
      read(chunk)
    } catch (error) {
      broken(error)
    }
  })
}

/** Takes the stream chunk by chunk and hands on each whole message. Throws for a length that no frame has. */
function frameReader(onMessage: (message: unknown) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let have = 0
  let need = HEADER_BYTES
  let inBody = false

  function take(): Buffer {
    const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    const taken = joined.subarray(0, need)
    const rest = joined.subarray(need)
    parts = rest.byteLength > 0 ? [rest] : []
    have = rest.byteLength
    return taken
  }

  return (chunk) => {
    parts.push(chunk)
    have += chunk.byteLength
    while (have >= need) {
      const taken = take()
      if (inBody) {
        inBody = false
        need = HEADER_BYTES
        onMessage(deserialize(taken))
        continue
      }
      need = taken.readUInt32BE()
      if (need === 0 || need > MAX_FRAME_BYTES) throw new Error(`a frame of ${need} bytes is invalid`)
      inBody = true
    }
  }
}
