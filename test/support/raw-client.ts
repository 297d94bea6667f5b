/** A client that sends bytes as they are and reads whatever answers come on its connection. */
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

export interface RawAnswer {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  /** One character a byte. */
  body: string
}

export interface Conversation {
  /** Final answers in their order. */
  answers: RawAnswer[]
  /** Statuses of the others (1xx). */
  interim: number[]
  /** The server ended the connection; false: it was still open when nothing more was waited for. */
  closed: boolean
  /** Bytes that are no answer, or not a whole one. */
  rest: string
}

export interface ConverseOptions {
  /** Nothing is read before everything is sent. */
  sendsFirst?: boolean
  /** So many answers are enough; else the end of the connection is waited for. */
  enough?: number
  /** The connection is closed after so long, milliseconds. */
  timeoutMs?: number
}

type Bytes = string | Uint8Array
export type Parts = Iterable<Bytes> | AsyncIterable<Bytes>

/** Sends to a port of loopback, part by part, and reads. Never rejects: it answers whatever the server did. */
export function converse(
  port: number,
  parts: Parts,
  { sendsFirst = false, enough, timeoutMs = 5_000 }: ConverseOptions = {},
): Promise<Conversation> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let received = Buffer.alloc(0)
    const end = (closed: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ...readAnswers(received), closed })
    }
    const timer = setTimeout(() => end(false), timeoutMs)
    const listen = () => {
      socket.on('data', (part) => {
        received = Buffer.concat([received, part])
        if (enough !== undefined && readAnswers(received).answers.length >= enough) end(false)
      })
    }
    // A reset ends the connection like anything else.
    socket.on('error', () => {})
    socket.once('close', () => end(true))
    if (!sendsFirst) listen()
    socket.once('connect', async () => {
      for await (const part of parts) {
        if (!socket.writable) break
        await new Promise((sent) => socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part, sent))
      }
      if (sendsFirst) listen()
    })
  })
}

/** A text in pieces of so many bytes, each in a segment of its own. */
export async function* inPieces(text: string, size: number): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += size) {
    yield text.slice(at, at + size)
    await turn()
  }
}

function readAnswers(received: Buffer): Omit<Conversation, 'closed'> {
  const answers: RawAnswer[] = []
  const interim: number[] = []
  let text = received.toString('latin1')
  for (let found = readAnswer(text); found !== null; found = readAnswer(text)) {
    if (found.answer.status < 200) interim.push(found.answer.status)
    else answers.push(found.answer)
    text = text.slice(found.length)
  }
  return { answers, interim, rest: text }
}

/** The first answer of a text and its length, or null while there is no whole one. */
function readAnswer(text: string): { answer: RawAnswer; length: number } | null {
  const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(text)
  if (head === null) return null
  const fields = (head[2] ?? '').matchAll(/^([^:\r\n]+): *([^\r\n]*)/gm)
  const headers = Object.fromEntries([...fields].map(([, name = '', value = '']) => [name.toLowerCase(), value]))
  const body = bodyOf(text.slice(head[0].length), headers)
  if (body === null) return null
  return { answer: { status: Number(head[1]), headers, body: body.text }, length: head[0].length + body.length }
}

/** Ours have a length, or no body in chunks. */
function bodyOf(text: string, headers: Record<string, string>): { text: string; length: number } | null {
  if (headers['transfer-encoding'] === 'chunked') return text.startsWith('0\r\n\r\n') ? { text: '', length: 5 } : null
  const length = Number(headers['content-length'] ?? 0)
  return text.length < length ? null : { text: text.slice(0, length), length }
}
