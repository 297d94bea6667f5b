/** A receiver that takes everything and keeps only how often each webhook-id came, and when it was busiest. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const SLICE_MS = 100
const SLICES_PER_SECOND = 10

export interface CountingReceiver {
  readonly url: string
  /** Webhook-id → how often it came. */
  readonly arrivals: ReadonlyMap<string, number>
  /** Requests in the busiest second. */
  peak(): number
  close(): void
}

export async function startCountingReceiver(): Promise<CountingReceiver> {
  const arrivals = new Map<string, number>()
  const slices = new Map<number, number>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = String(request.headers['webhook-id'])
      const slice = Math.floor(performance.now() / SLICE_MS)
      arrivals.set(id, (arrivals.get(id) ?? 0) + 1)
      slices.set(slice, (slices.get(slice) ?? 0) + 1)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    peak() {
      let peak = 0
      for (const first of slices.keys()) {
        let second = 0
        for (let next = 0; next < SLICES_PER_SECOND; next++) second += slices.get(first + next) ?? 0
        peak = Math.max(peak, second)
      }
      return peak
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
