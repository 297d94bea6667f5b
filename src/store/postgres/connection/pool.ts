/** Connections for one purpose, made when they are needed and made anew when they are lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../../domain/describe-error.ts'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Connection } from './connect.ts'

/** So long a caller waits for a connection, milliseconds. */
const PATIENCE_MS = 2_000
/** So often as long while nobody uses one and the first is being made: a server that is slow to answer is not away. */
const PATIENCE_AT_FIRST = 3
/** Pauses between two attempts to connect, milliseconds: each is twice the one before, and up to half of it shorter. */
const PAUSE = { firstMs: 50, longestMs: 1_000 }

/** Runs what needs a connection of its own for a while. */
export interface Pool {
  /** Rejects with `StoreUnavailable` when there is no connection within two seconds, or six for a first one, else as `run` does. */
  use<T>(run: (connection: Connection) => Promise<T>): Promise<T>
  /** Why there was no connection last; null while there is one. */
  trouble(): string | null
  /** Waits for what is under way, then lets the server go. */
  close(): Promise<void>
}

interface Caller {
  give(connection: Connection): void
  fail(error: Error): void
}

/** @param size connections at most */
export function createPool(size: number, open: () => Promise<Connection>): Pool {
  const idle: Connection[] = []
  const waiting: Caller[] = []
  let busy = 0
  let opening = 0
  let trouble: string | null = null
  let isClosed = false
  let whenIdle = () => {}

  const closed = () => new StoreUnavailable('closed', 'the store is closed')

  /** Hands out what is idle, and opens more while somebody waits. */
  function serve(): void {
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (!connection.alive()) continue
      const caller = waiting.shift()
      if (caller === undefined) {
        idle.push(connection)
        break
      }
      busy++
      caller.give(connection)
    }
    if (waiting.length > opening && busy + opening + idle.length < size) void connectOne()
  }

  async function connectOne(): Promise<void> {
    opening++
    for (let pause = PAUSE.firstMs; waiting.length > 0 && !isClosed; pause = Math.min(PAUSE.longestMs, 2 * pause)) {
      try {
        const connection = await open()
        trouble = null
        if (isClosed) await connection.end()
        else idle.push(connection)
        break
      } catch (error) {
        trouble = messageOf(error)
        await sleep(pause * (1 - Math.random() / 2), undefined, { ref: false })
      }
    }
    opening--
    if (isClosed) settled()
    else serve()
  }

  function settled(): void {
    if (busy + opening === 0) whenIdle()
  }

  function connection(): Promise<Connection> {
    if (isClosed) return Promise.reject(closed())
    return new Promise((resolve, reject) => {
      const caller: Caller = {
        give(one) {
          clearTimeout(timer)
          resolve(one)
        },
        fail(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      let waits = 0
      const lose = () => {
        waits++
        if (trouble === null && busy === 0 && opening > 0 && waits < PATIENCE_AT_FIRST) {
          timer = setTimeout(lose, PATIENCE_MS)
          return
        }
        waiting.splice(waiting.indexOf(caller), 1)
        const reason = trouble === null ? 'busy' : 'unreachable'
        reject(new StoreUnavailable(reason, trouble ?? 'all connections to PostgreSQL are in use'))
      }
      let timer = setTimeout(lose, PATIENCE_MS)
      waiting.push(caller)
      serve()
    })
  }

  return {
    async use(run) {
      const one = await connection()
      try {
        return await run(one)
      } finally {
        busy--
        if (isClosed) {
          await one.end().catch(() => {})
          settled()
        } else {
          idle.push(one)
          serve()
        }
      }
    },
    trouble: () => trouble,
    async close() {
      if (isClosed) return
      isClosed = true
      for (const caller of waiting.splice(0)) caller.fail(closed())
      await Promise.all(idle.splice(0).map((one) => one.end().catch(() => {})))
      if (busy + opening === 0) return
      await new Promise<void>((resolve) => {
        whenIdle = resolve
      })
    },
  }
}
