/** Readers of the feed: by a stream or by a socket, going on from their last event whenever they are cut off. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ADMIN_KEY } from '../../../test/support/service.ts'
import { isPassing, openSse } from './sse-connection.ts'
import type { FeedRecord, Told } from './verdict.ts'

/** Between two connections, milliseconds. */
const RETRY_MS = 20

/** A reader that goes on until it is closed. */
export interface FeedReader {
  readonly record: FeedRecord
  /** Whether a whole event of this id has come. */
  has(id: string): boolean
  /** Settles when nothing of it is left. */
  close(): Promise<void>
}

/** How a reader reads. */
export interface Reading {
  name: string
  /** Where it connects, whatever happens to the service. */
  port: number
  /** Null: begins now. */
  after: string | null
  types: readonly string[] | null
  /** How long to read nothing after an event, milliseconds. */
  pause?: () => number
  /** Reads nothing of its first stream, whose local port it is given, before this has settled. */
  hold?: (localPort: number) => Promise<void>
}

/** What stands for an item of the feed, as JSON that has been parsed. */
export function digestOf(item: unknown): string {
  return createHash('sha1').update(JSON.stringify(item)).digest('base64')
}

function newRecord({ name, after, types }: Reading): FeedRecord {
  return { name, types, from: after, streams: [], refused: [] }
}

/** Reads `GET /v1/events/stream`. */
export function readByStream(reading: Reading): FeedReader {
  const { port, after, types, pause, hold } = reading
  const record = newRecord(reading)
  const known = new Set<string>()
  const query = new URLSearchParams({ ...(after === null ? {} : { after }), ...(types === null ? {} : { types: types.join(',') }) })
  let lastId: string | null = null
  let over = false
  let close = () => {}

  async function readOne(): Promise<void> {
    const stream = await openSse(port, `/v1/events/stream?${query}`, lastId)
    close = stream.close
    if (over || isPassing(stream.status)) return stream.close()
    if (stream.status !== 200) {
      record.refused.push(String(stream.status))
      over = true
      return stream.close()
    }
    const told: Told[] = []
    record.streams.push(told)
    if (record.streams.length === 1) await hold?.(stream.localPort)
    for await (const { id, data } of stream.frames()) {
      if (id !== '') lastId = id
      record.from ??= id
      if (data === '') continue
      told.push({ id, digest: digestOf(JSON.parse(data)) })
      known.add(id)
      if (pause !== undefined) await sleep(pause())
    }
  }

  return reader(record, known, {
    readOne,
    isOver: () => over,
    end() {
      over = true
      close()
    },
  })
}

/** Reads the feed by `GET /v1/ws`. Its messages name no beginning, so it must be given one. */
export function readBySocket(reading: Reading & { after: string }): FeedReader {
  const { port, after, types } = reading
  const record = newRecord(reading)
  const known = new Set<string>()
  let lastId = after
  let over = false
  let close = () => {}

  async function readOne(): Promise<void> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, ['ringback.v1'], { headers: { authorization: `Bearer ${ADMIN_KEY}` } })
    close = () => ws.terminate()
    const told: Told[] = []
    ws.on('error', () => {})
    ws.on('open', () => {
      record.streams.push(told)
      ws.send(JSON.stringify({ subscribe: 'events', after: lastId, ...(types === null ? {} : { types }) }))
    })
    ws.on('message', (bytes) => {
      const { type, data, code } = JSON.parse(String(bytes))
      if (type === 'event') {
        lastId = data.id
        told.push({ id: data.id, digest: digestOf(data) })
        known.add(data.id)
      } else {
        // A store that is not there for a moment passes, and the next connection begins anew.
        if (code !== 'store_unavailable' && code !== 'overloaded') record.refused.push(String(code ?? type))
        ws.terminate()
      }
    })
    await new Promise((resolve) => ws.once('close', resolve))
  }

  return reader(record, known, {
    readOne,
    isOver: () => over || record.refused.length > 0,
    end() {
      over = true
      close()
    },
  })
}

interface Loop {
  /** One connection; rejects when it is cut. */
  readOne(): Promise<void>
  isOver(): boolean
  end(): void
}

function reader(record: FeedRecord, known: ReadonlySet<string>, { readOne, isOver, end }: Loop): FeedReader {
  const loop = async () => {
    while (!isOver()) {
      // Refused, reset or cut: what matters is where it goes on.
      await readOne().catch(() => {})
      await sleep(RETRY_MS)
    }
  }
  const done = loop()
  return {
    record,
    has: (id) => known.has(id),
    async close() {
      end()
      await done
    },
  }
}
