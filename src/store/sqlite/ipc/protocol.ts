/** What the processes on one data folder say to each other over its socket: the owner writes for all of them. */
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { BusMessage } from '../../../ports/bus.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import type { Flat } from '../threads/codec.ts'
import type { Build } from './build.ts'
import { frame } from './framing.ts'

/** The kernel's bound on the path of a Unix socket (sun_path), less the byte that ends it. */
const MAX_SOCKET_PATH = 107
/** A process that reads so slowly misses messages of the bus, which costs it time only. Bytes. */
const MAX_UNREAD = 1024 * 1024

/** Where the owner answers requests: what it makes URLs of, and where callbacks must never go. */
export interface OwnerInfo {
  publicUrl: string
  /** The address its socket is bound to. */
  host: string
  port: number
}

/**
 * The owner's first message. A process of another build must not write through it. An owner of a build before that check names no
 * `code`.
 */
export interface Handshake extends Build {
  owner: OwnerInfo
}

/** The first message of a process beside the owner, in answer to the handshake. */
export interface Joining {
  joining: Build
}

/** Messages of the bus. */
export interface Published {
  published: BusMessage[]
}

/** A process beside the owner is stopping: it writes what it must and hangs up. */
export interface Leaving {
  leaving: true
}

/** Work or answers (`threads/codec.ts`), or one of the above. */
export type Message = Flat | Handshake | Joining | Published | Leaving

/** Throws `CannotOpen` when the folder's name is too long to have a socket in it. */
export function socketPath(dataDir: string): string {
  const path = join(dataDir, 'ringback.sock')
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new CannotOpen(
      `DATA_DIR ${dataDir} is too long a name to be shared by processes: its socket's path may have ${MAX_SOCKET_PATH} bytes`,
    )
  }
  return path
}

/** Sends a message unless the socket has ended. */
export function send(socket: Socket, message: Message): void {
  if (socket.writable) socket.write(frame(message))
}

/** Gathers the messages of one turn, equal ones once. @param post takes them at its end */
export function busBatch(post: (published: BusMessage[]) => void): (message: BusMessage) => void {
  let turn = new Map<string, BusMessage>()
  return (message) => {
    if (turn.size === 0) {
      setImmediate(() => {
        const published = [...turn.values()]
        turn = new Map()
        post(published)
      })
    }
    turn.set(`${message.kind} ${message.id}`, message)
  }
}

/** Messages that one process publishes to another; they are dropped when the other reads too slowly. */
export function sendPublished(socket: Socket, published: BusMessage[]): void {
  if (socket.writableLength < MAX_UNREAD) send(socket, { published })
}
