import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { lingeringClose } from './connections.ts'

/** The client may take so long, milliseconds, to read a refusal and to end its own side. */
const LINGER_MS = 1_000

/** Answers on a connection that Node has given away, and ends it. */
export async function writeResponse(socket: Socket, response: Response): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer())
  const fields = [...response.headers, ['content-length', body.byteLength], ['connection', 'close'], ['date', new Date().toUTCString()]]
  const lines = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`, ...fields.map(([name, value]) => `${name}: ${value}`)]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  lingeringClose(socket.resume(), LINGER_MS)
}
