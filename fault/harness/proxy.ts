/**
 * A TCP proxy on loopback that lets a request be carried out and cuts the connection before the first byte of its reply, or in the
 * middle of one. It knows no protocol above TCP.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Rng } from './rng.ts'

export interface Cuts {
  /** This share of all replies is cut: the request is passed on whole, its reply begins, and both sides are reset. None when absent. */
  cutBeforeReply?: number
  /** Called before each cut. */
  onCut?: () => void
}

export interface FaultProxy {
  readonly port: number
  /** Replies cut so far. */
  readonly cuts: number
  /** Connections from now on are led to this port. */
  lead(port: number): void
  /** What happens to replies from now on, on open connections too. */
  cut(cuts: Cuts): void
  /** Cuts this share of the open connections, each in the middle of the next piece of its reply. */
  sever(share: number): void
  close(): void
}

type Flow = AsyncIterable<Buffer>

/** Leads to no port until `lead` names one. `rng` decides which replies are cut. */
export async function startProxy(rng: Rng): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  const severed = new WeakSet<Socket>()
  let target = 0
  let wanted: Cuts = {}
  let cuts = 0

  function join(client: Socket): void {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const both = [client, server]
    for (const socket of both) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => sockets.delete(socket))
    }
    clients.add(client)
    client.once('close', () => clients.delete(client))
    /** A request has been passed on and nothing of its reply has come. */
    let isOwed = false
    async function* requests(flow: Flow): Flow {
      for await (const bytes of flow) {
        isOwed = true
        yield bytes
      }
    }
    async function* replies(flow: Flow): Flow {
      for await (const bytes of flow) {
        if (isOwed && rng.next() < (wanted.cutBeforeReply ?? 0)) {
          cuts += 1
          wanted.onCut?.()
          for (const socket of both) socket.resetAndDestroy()
          return
        }
        isOwed = false
        if (severed.has(client)) {
          cuts += 1
          wanted.onCut?.()
          yield bytes.subarray(0, rng.between(0, bytes.length - 1))
          server.resetAndDestroy()
          return
        }
        yield bytes
      }
    }
    const end = () => both.forEach((socket) => void socket.destroy())
    pipeline(requests(receivedOn(client)), server).catch(end)
    pipeline(replies(receivedOn(server)), client).catch(end)
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
    cut(next) {
      wanted = next
    },
    sever(share) {
      for (const client of clients) if (rng.next() < share) severed.add(client)
    },
    close() {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** What a socket receives. Its own writing side goes on when this has ended. */
function receivedOn(socket: Socket): Flow {
  return socket.iterator({ destroyOnReturn: false })
}
