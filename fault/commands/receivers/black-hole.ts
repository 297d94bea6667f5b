/** A port that answers no SYN: its listener stands still and its queue is full. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { forkChild } from '../../../test/support/spawn-child.ts'

/** More than the queue holds. */
const FILLERS = 8
/** On loopback a connection that is not there by then is not coming. */
const CONNECT_MS = 200

export interface BlackHole {
  port: number
  close(): void
}

export async function openBlackHole(): Promise<BlackHole> {
  const child = forkChild(fileURLToPath(import.meta.url), ['listen'])
  const [port] = (await once(child, 'message')) as [number]
  child.kill('SIGSTOP')
  const fillers: Socket[] = Array.from({ length: FILLERS }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await sleep(CONNECT_MS)
  if (fillers.every((socket) => socket.readyState === 'open')) throw new Error('the queue of the black hole did not fill')
  return {
    port,
    close() {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
    },
  }
}

if (process.argv[2] === 'listen' && process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : null)
  })
}
