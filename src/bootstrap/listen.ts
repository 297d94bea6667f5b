import type { Http } from '../http/app.ts'
import { type RunningServer, type ServerOptions, startServer } from '../http/server/server.ts'
import { serverLimits } from '../http/server/server-limits.ts'
import { systemClock } from '../runtime/clock.ts'
import { refuseAddress } from './addresses.ts'
import type { Boot } from './boot.ts'

/** A warning that more connections come than may be held is repeated after this at the earliest, milliseconds. */
const FULL_WARNING_EVERY_MS = 60_000
const TOO_MANY_CONNECTIONS =
  'more connections come than may be held: the longest idle are closed, and where all are busy the next is refused'

/** A server that answers 503 until it is handed the application. */
export interface Front {
  server: RunningServer
  handOver(http: Http): void
}

/**
 * Listens at HOST and PORT. The address must be known before the first callback is judged and the first URL is written, so the server
 * comes before the application. Null: this process does not listen. Throws `ConfigError`.
 */
export async function listen({ config, log }: Boot, connections: number): Promise<Front | null> {
  const { host, port } = config.server
  if (port === null) return null
  let upgrade: Http['upgrade'] | null = null
  let answer: ServerOptions['app']['fetch'] = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } })
  const server = await startServer({
    app: { fetch: (request, connection) => answer(request, connection) },
    upgrade: {
      wants: (request) => upgrade?.wants(request) ?? false,
      open: (...connection) => upgrade?.open(...connection),
    },
    host,
    port,
    limits: serverLimits(config.maxResult, connections),
    clock: systemClock,
    onFull: atMostEvery(FULL_WARNING_EVERY_MS, () => log.warn({ most: connections }, TOO_MANY_CONNECTIONS)),
  }).catch(refuseAddress({ host, port }))
  return {
    server,
    handOver(http) {
      answer = http.app.fetch
      upgrade = http.upgrade
    },
  }
}

function atMostEvery(ms: number, run: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    if (systemClock.monotonic() - last < ms) return
    last = systemClock.monotonic()
    run()
  }
}
