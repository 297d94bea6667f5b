/** A TCP proxy on loopback that cuts replies after their requests were carried out. It knows no protocol above TCP. */
import { startRelay } from './relay.ts'

export interface CuttingProxy {
  readonly url: string
  /** Replies cut so far. */
  readonly cuts: number
  /** So many of the next replies are cut after their first `bytes` bytes. */
  cutNext(count: number, bytes: number): void
  close(): Promise<void>
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  let wanted = 0
  let keep = 0
  let cuts = 0

  const relay = await startRelay(target, (client, server) => {
    /** Bytes of the reply that still pass; null: all of them. Decided when its first byte comes. */
    let left: number | null = null
    let isOwed = false
    client.on('data', (bytes) => {
      isOwed = true
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (isOwed && wanted > 0) {
        wanted -= 1
        left = keep
      }
      isOwed = false
      if (left === null || bytes.length <= left) {
        client.write(bytes)
        if (left !== null) left -= bytes.length
        return
      }
      cuts += 1
      server.destroy()
      if (left === 0) client.resetAndDestroy()
      else client.end(bytes.subarray(0, left))
    })
  })
  return {
    url: `http://127.0.0.1:${relay.port}`,
    get cuts() {
      return cuts
    },
    cutNext(count, bytes) {
      wanted = count
      keep = bytes
    },
    close: relay.close,
  }
}
