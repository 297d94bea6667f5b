/** An app world behind a real socket, for what is promised of connections. */
import { type RunningServer, startServer } from '../../src/http/server/server.ts'
import { serverLimits } from '../../src/http/server/server-limits.ts'
import { openStream, type SseReader } from '../support/sse.ts'
import { ADMIN_KEY, type AppWorld, appWorld } from './app-world.ts'

export interface LiveWorld extends AppWorld {
  server: RunningServer
  /** Opens a stream; with the operator's key unless `key` says otherwise. */
  stream(path: string, options?: { key?: string | null; headers?: Record<string, string> }): Promise<SseReader>
}

export async function liveWorld(options: Parameters<typeof appWorld>[0] = {}): Promise<LiveWorld> {
  const a = await appWorld(options)
  const server = await startServer({
    app: a.app,
    upgrade: a.upgrade,
    host: '127.0.0.1',
    port: 0,
    limits: serverLimits(1024),
    clock: a.world.clock,
  })
  const readers: SseReader[] = []
  return {
    ...a,
    server,
    async stream(path, { key = ADMIN_KEY, headers = {} } = {}) {
      const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
      const reader = await openStream(`${server.url}${path}`, { ...authorization, ...headers })
      readers.push(reader)
      return reader
    },
    async [Symbol.asyncDispose]() {
      for (const reader of readers) reader.close()
      await server.stop(AbortSignal.abort())
      await a[Symbol.asyncDispose]()
    },
  }
}
