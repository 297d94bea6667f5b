/** A reader of server-sent events, as the HTML standard reads them, that keeps what came. */
import { type IncomingMessage, request } from 'node:http'
import { until } from './clock.ts'

export interface SseFrame {
  event: string
  /** The last event id once this frame was read. */
  id: string
  data: string
}

export interface SseReader {
  readonly status: number
  readonly headers: Record<string, string>
  readonly frames: SseFrame[]
  /** Everything as it came. */
  readonly text: string
  /** What the client would send as `Last-Event-ID`. */
  readonly lastId: string
  readonly ended: boolean
  /** Waits for so many frames. */
  count(frames: number): Promise<SseFrame[]>
  /** Waits for the first frame that fits. */
  until(fits: (frame: SseFrame) => boolean): Promise<SseFrame>
  untilEnd(): Promise<void>
  /** Reads no more, and reads on. */
  pause(): void
  resume(): void
  close(): void
}

/** Asks for a stream; resolves with the head of the answer. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<SseReader> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve)
      .on('error', reject)
      .end()
  })
  const frames: SseFrame[] = []
  let text = ''
  let rest = ''
  let id = ''
  let ended = false
  let open = { event: '', data: [] as string[] }
  /** Of the frame that is being read: it counts once that is whole. */
  let idRead = ''
  const readLine = (line: string) => {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (line === '') {
      id = idRead
      if (open.data.length > 0) frames.push({ event: open.event || 'message', id, data: open.data.join('\n') })
      open = { event: '', data: [] }
    } else if (field === 'id') idRead = value
    else if (field === 'event') open.event = value
    else if (field === 'data') open.data.push(value)
  }
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) readLine(line)
  })
  const finish = () => {
    ended = true
  }
  response.on('close', finish).on('error', finish)
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
    frames,
    get text() {
      return text
    },
    get lastId() {
      return id
    },
    get ended() {
      return ended
    },
    async count(wanted) {
      await until(`${wanted} frames`, () => frames.length >= wanted)
      return frames
    },
    until: (fits) => until('the frame', () => frames.find(fits)),
    async untilEnd() {
      await until('the stream ended', () => ended)
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  }
}
