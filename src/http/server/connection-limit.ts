/** How many connections are held at a time: who is idle makes room for who comes. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Who has been idle for less, in milliseconds, may have sent what has not come yet, and is left alone. */
const GRACE_MS = 250

export interface ConnectionRoom {
  /** Called once for each connection. False: none that is held can be closed, so that it is to be refused. */
  admit(socket: Socket): boolean
  /** The connection is busy until this answer has gone out. */
  occupy(socket: Socket, response: ServerResponse): void
  readonly figures: ConnectionFigures
}

export interface ConnectionFigures {
  readonly open: number
  readonly most: number
  /** Idle ones that were closed to make room, since the start. */
  readonly closedIdle: number
  /** Refused because none was idle, since the start. */
  readonly refused: number
}

/**
 * @param monotonic milliseconds that never go back
 * @param onFull called each time one more comes than there is room for
 */
export function createConnectionRoom(most: number, monotonic: () => number, onFull: () => void): ConnectionRoom {
  const open = new Set<Socket>()
  /** Without a request that waits for its answer, and since when; the one that has been so for longest comes first. */
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
