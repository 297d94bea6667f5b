/** Partners that fail all together and come back all together: what reaches them from then on. On loopback, an origin each. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As long as a partner thinks about a callback, milliseconds. */
const ANSWER_MS = 10
const SLICE_MS = 100

export interface Partners {
  readonly urls: readonly string[]
  /** Requests answered with 503 so far. */
  readonly failed: number
  /** Callbacks accepted so far, each counted once. */
  readonly accepted: number
  /** From now on callbacks are accepted. */
  comeBack(): void
  /** Of one partner, the most requests that reached it before it had accepted one. */
  firstWave(): number
  /** Requests of the busiest and of the mean tenth of a second, from the first accepted to the last. */
  pace(): { peak: number; mean: number }
  close(): void
}

export async function startPartners(count: number): Promise<Partners> {
  const servers: Server[] = []
  const slices: number[] = []
  const heard = new Set<string>()
  const waves: number[] = []
  const greeted: boolean[] = []
  let failed = 0
  let isUp = false

  const listener =
    (n: number): RequestListener =>
    (request, response) => {
      request.resume().on('end', () => {
        if (!isUp) {
          failed += 1
          response.writeHead(503).end()
          return
        }
        if (!greeted[n]) waves[n] = (waves[n] ?? 0) + 1
        slices.push(Math.floor(performance.now() / SLICE_MS))
        heard.add(String(request.headers['webhook-id']))
        setTimeout(() => {
          greeted[n] = true
          response.writeHead(204).end()
        }, ANSWER_MS)
      })
    }

  for (let n = 0; n < count; n++) {
    const server = createServer(listener(n))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
  }

  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    get failed() {
      return failed
    },
    get accepted() {
      return heard.size
    },
    comeBack() {
      isUp = true
    },
    firstWave: () => Math.max(0, ...waves.map((wave) => wave ?? 0)),
    pace() {
      const counts = new Map<number, number>()
      for (const slice of slices) counts.set(slice, (counts.get(slice) ?? 0) + 1)
      const length = (slices.at(-1) ?? 0) - (slices[0] ?? 0) + 1
      return { peak: Math.max(0, ...counts.values()), mean: slices.length / length }
    },
    close() {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}
