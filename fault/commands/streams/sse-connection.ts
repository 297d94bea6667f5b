/** One connection to a stream of server-sent events, read as the HTML standard says and apart from the client of `src/`. */
import { type IncomingMessage, request } from 'node:http'
import { ADMIN_KEY } from '../../../test/support/service.ts'

/** A frame that came whole. One that only names a place has no `data`. */
export interface SseFrame {
  event: string
  id: string
  data: string
}

/** A stream, or what was answered instead. */
export interface SseConnection {
  status: number
  /** Of our end, as the service sees it. */
  localPort: number
  /** Whole frames as they are asked for: who asks slowly reads slowly. Rejects when the connection is cut, ends when the service ends. */
  frames(): AsyncGenerator<SseFrame, void, undefined>
  close(): void
}

/** Resolves with the head of the answer; rejects when there is none. */
export async function openSse(port: number, path: string, lastEventId: string | null): Promise<SseConnection> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, agent: false }, resolve).on('error', reject).end()
  })
  // Of a connection that is cut between two reads; the read says so.
  response.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    localPort: response.socket.localPort ?? 0,
    frames: () => framesOf(response.setEncoding('utf8')),
    close: () => void response.destroy(),
  }
}

/** Whether an answer says nothing but that this was no good moment. A busy machine may be too slow for a request (408). */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408
}

async function* framesOf(parts: AsyncIterable<string>): AsyncGenerator<SseFrame, void, undefined> {
  let rest = ''
  for await (const part of parts) {
    const blocks = (rest + part).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const frame = readFrame(block)
      if (frame !== null) yield frame
    }
  }
}

/** Null: a comment, or a wish for the time until the next connection. */
function readFrame(block: string): SseFrame | null {
  const fields = block.split('\n').map((line) => /^([^:]*):? ?(.*)$/.exec(line)?.slice(1) ?? [])
  const valuesOf = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value = '']) => value)
  const [id = ''] = valuesOf('id')
  const [event = ''] = valuesOf('event')
  const data = valuesOf('data').join('\n')
  return id === '' && data === '' ? null : { event, id, data }
}
