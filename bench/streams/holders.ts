/** A process that holds streams of jobs and sockets that follow jobs, and tells how long each took to open. */
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { answerParent } from '../child.ts'
import { percentiles } from '../compare.ts'
import type { Latency } from './figures.ts'

/** A job, and a key that may read it. */
export interface Followed {
  key: string
  jobId: string
}

export interface HoldersOrder {
  port: number
  /** Each job by a stream of its own, or by a socket of its own. Those that are held already stay. */
  streams: Followed[]
  sockets: Followed[]
  /** Lets go of all. */
  drop?: boolean
}

export interface HoldersReport {
  stream: Latency
  socket: Latency
  /** Of those that are held, how many have ended. */
  ended: number
}

/** Opened at a time. */
const AT_ONCE = 32

const held = new Set<Socket | WebSocket>()
let ended = 0

answerParent(async ({ port, streams, sockets, drop = false }: HoldersOrder): Promise<HoldersReport> => {
  if (drop) dropAll()
  return {
    stream: percentiles(await openAll(streams, (followed) => openStream(port, followed))),
    socket: percentiles(await openAll(sockets, (followed) => openSocket(port, followed))),
    ended,
  }
})

function dropAll(): void {
  for (const one of held) {
    held.delete(one)
    if ('terminate' in one) one.terminate()
    else one.destroy()
  }
}

/** One that nobody here has let go of. */
function noteEnd(one: Socket | WebSocket): void {
  if (held.delete(one)) ended += 1
}

/** How long each took, milliseconds. */
async function openAll(all: readonly Followed[], open: (followed: Followed) => Promise<void>): Promise<number[]> {
  const times: number[] = []
  const rest = [...all]
  const one = async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const startedAt = performance.now()
      await open(next)
      times.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return times
}

/** Until the job as it is has come. */
function openStream(port: number, { key, jobId }: Followed): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  held.add(socket)
  socket.write(`GET /v1/jobs/${jobId}/events HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${key}\r\n\r\n`)
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (!text.startsWith('HTTP/1.1 200')) reject(new Error(`a stream was answered ${text}`))
      if (!text.includes('event: status')) return
      socket.off('data', read).resume()
      text = ''
      resolve()
    }
    socket.on('data', read).on('error', reject)
    socket.on('close', () => noteEnd(socket))
  })
}

function openSocket(port: number, { key, jobId }: Followed): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, ['ringback.v1'], { headers: { authorization: `Bearer ${key}` } })
  held.add(socket)
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: jobId })))
    socket.once('message', (text) => {
      if (JSON.parse(String(text)).type === 'status') resolve()
      else reject(new Error(`a socket was told ${text}`))
    })
    socket.on('error', reject)
    socket.on('close', () => noteEnd(socket))
  })
}
