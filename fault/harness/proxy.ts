/**
 * A TCP proxy that does to connections what networks do, in Toxiproxy's words, and one thing more: it can let a request be
 * carried out and cut the connection before the first byte of its reply. It knows no protocol above TCP. On loopback.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rng } from './rng.ts'

/** What happens to the bytes of one direction. Times in milliseconds. */
export type Toxic =
  /** They come so much later. */
  | { type: 'latency'; ms: number }
  | { type: 'bandwidth'; bytesPerSecond: number }
  /** They come in pieces of so many bytes, with a pause between. */
  | { type: 'slicer'; bytes: number; pauseMs: number }
  /** The connection ends after so many. */
  | { type: 'limit_data'; bytes: number }
  /** None comes, and the connection ends after a while. */
  | { type: 'timeout'; ms: number }
  /** The connection is reset after a while. */
  | { type: 'reset_peer'; ms: number }

export interface Toxics {
  /** From the client to the server. */
  upstream?: readonly Toxic[]
  /** From the server to the client. */
  downstream?: readonly Toxic[]
  /** Of all replies this share is cut: the request has been passed on whole, its reply begins, and both sides are reset. */
  cutBeforeReply?: number
  /** Called before each such cut. */
  onCut?: () => void
}

export interface FaultProxy {
  readonly port: number
  /** Replies cut so far. */
  readonly cuts: number
  /** Connections from now on are led to this port. */
  lead(port: number): void
  /** What happens to connections from now on; for cuts also those that are open. */
  poison(toxics: Toxics): void
  close(): void
}

type Stage = (flow: AsyncIterable<Buffer>) => AsyncIterable<Buffer>

/** What a toxic may do to its connection as a whole. */
interface Link {
  end(): void
  reset(): void
}

/** Bytes go on in pieces of this many slices a second, so that a narrow band is slow and not jerky. */
const SLICES_PER_SECOND = 20

/** Leads to no port until `lead` names one. `rng` decides which replies are cut. */
export async function startProxy(rng: Rng): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let target = 0
  let toxics: Toxics = {}
  let cuts = 0

  function join(client: Socket): void {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const both = [client, server]
    const link: Link = {
      end: () => both.forEach((socket) => void socket.destroy()),
      reset: () => both.forEach((socket) => void socket.resetAndDestroy()),
    }
    for (const socket of both) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => sockets.delete(socket))
    }
    let owed = false
    const request: Stage = async function* (flow) {
      for await (const bytes of flow) {
        owed = true
        yield bytes
      }
    }
    const reply: Stage = async function* (flow) {
      for await (const bytes of flow) {
        if (owed && rng.next() < (toxics.cutBeforeReply ?? 0)) {
          cuts += 1
          toxics.onCut?.()
          link.reset()
          return
        }
        owed = false
        yield bytes
      }
    }
    const stages = (list: readonly Toxic[] = []) => list.map((toxic) => stageOf(toxic, link))
    pipeline(through(client, [...stages(toxics.upstream), request]), server).catch(link.end)
    pipeline(through(server, [reply, ...stages(toxics.downstream)]), client).catch(link.end)
  }

  const listener = createServer({ allowHalfOpen: true }, join)
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as AddressInfo).port,
    get cuts() {
      return cuts
    },
    lead(port) {
      target = port
    },
    poison(next) {
      toxics = next
    },
    close() {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** What a socket receives, changed stage by stage. Its own writing side goes on when this has ended. */
function through(socket: Socket, stages: readonly Stage[]): AsyncIterable<Buffer> {
  const received: AsyncIterable<Buffer> = socket.iterator({ destroyOnReturn: false })
  return stages.reduce((flow, stage) => stage(flow), received)
}

function stageOf(toxic: Toxic, link: Link): Stage {
  switch (toxic.type) {
    case 'latency':
      return paced(Number.POSITIVE_INFINITY, () => toxic.ms)
    case 'bandwidth': {
      const { bytesPerSecond } = toxic
      return paced(Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND)), (bytes) => (1000 * bytes) / bytesPerSecond)
    }
    case 'slicer':
      return paced(toxic.bytes, () => toxic.pauseMs)
    case 'limit_data':
      return async function* (flow) {
        let left = toxic.bytes
        for await (const bytes of flow) {
          yield bytes.subarray(0, left)
          left -= bytes.length
          if (left <= 0) return
        }
      }
    case 'timeout':
      return timed(toxic.ms, link.end, (flow) => Readable.from(flow).filter(() => false))
    case 'reset_peer':
      return timed(toxic.ms, link.reset, (flow) => flow)
    default:
      return toxic satisfies never
  }
}

/** In pieces of so many bytes at most, each after a wait that depends on its length. */
function paced(size: number, waitMs: (bytes: number) => number): Stage {
  return async function* (flow) {
    for await (const bytes of flow) {
      for (let at = 0; at < bytes.length; at += size) {
        const piece = bytes.subarray(at, at + size)
        await sleep(waitMs(piece.length))
        yield piece
      }
    }
  }
}

function timed(ms: number, act: () => void, stage: Stage): Stage {
  return async function* (flow) {
    const timer = setTimeout(act, ms)
    try {
      yield* stage(flow)
    } finally {
      clearTimeout(timer)
    }
  }
}
