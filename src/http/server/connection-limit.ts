/** How many connections are held at a time: an idle one makes room for a new one. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A connection that has been idle for less, milliseconds, is left alone: a request may be on its way. */
const GRACE_MS = 250

/** Decides about each new connection. */
export interface ConnectionLimit {
  /** Called once for each connection. False: no other can be closed for it, so it is to be refused. */
  admit(socket: Socket): boolean
  /** The connection is busy until this answer has gone out. */
  occupy(socket: Socket, response: ServerResponse): void
  /** The connection is busy until it closes. */
  hold(socket: Socket): void
  readonly figures: ConnectionFigures
}

/** The connections of this process, for its metrics. */
export interface ConnectionFigures {
  readonly open: number
  /** The limit. */
  readonly most: number
  /** Idle connections that were closed to make room, since the start. */
  readonly closedIdle: number
  /** Connections that were refused because none was idle, since the start. */
  readonly refused: number
}

/**
 * @param most connections that are held at a time
 * @param monotonic milliseconds that never go back
 * @param onFull called each time a connection comes beyond the limit
 */
export function createConnectionLimit(most: number, monotonic: () => number, onFull: () => void): ConnectionLimit {
  const open = new Set<Socket>()
  /** Connections on which no request waits for its answer, and since when. The longest idle comes first. */
  const idle = new Map<Socket, number>()
  const answers = new WeakMap<Socket, number>()
  let closedIdle = 0
  let refused = 0

  return {
    admit(socket) {
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        idle.delete(socket)
      })
      if (open.size > most) {
        onFull()
        const [longest, since] = idle.entries().next().value ?? [null, 0]
        if (longest === null || monotonic() - since < GRACE_MS) {
          refused += 1
          return false
        }
        closedIdle += 1
        idle.delete(longest)
        open.delete(longest)
        longest.destroy()
      }
      idle.set(socket, monotonic())
      return true
    },
    occupy(socket, response) {
      idle.delete(socket)
      answers.set(socket, (answers.get(socket) ?? 0) + 1)
      response.once('close', () => {
        const left = (answers.get(socket) ?? 1) - 1
        answers.set(socket, left)
        if (left === 0 && open.has(socket) && !socket.destroyed) idle.set(socket, monotonic())
      })
    },
    hold: (socket) => void idle.delete(socket),
    figures: {
      get open() {
        return open.size
      },
      most,
      get closedIdle() {
        return closedIdle
      },
      get refused() {
        return refused
      },
    },
  }
}
