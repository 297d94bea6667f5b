/** The topologies that are compared: one process with its queue inside, or the API and workers on a Redis, and on PostgreSQL as well. */
import { fileURLToPath } from 'node:url'
import { onPostgres, startInstallation } from '../../test/support/installation.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { redisObstacle, startRedis, type TestRedis } from '../../test/support/redis.ts'
import { removeFolder, type Service, startService, tempFolder } from '../../test/support/service.ts'
import type { Target } from '../http-round.ts'

const HANDLERS = fileURLToPath(new URL('../handlers', import.meta.url))

export interface RunningTopology extends Target {
  /** The process that answers requests. */
  api: Service
  /** Those that only work. */
  workers: readonly Service[]
  close(): Promise<void>
}

export interface ShapeOnRedis extends RunningTopology {
  redis: TestRedis
}

/** What is compared. */
export interface Compared {
  embedded: RunningTopology
  redis: ShapeOnRedis
  postgres: ShapeOnRedis
}

export async function startEmbedded(): Promise<RunningTopology> {
  const dataDir = await tempFolder()
  const api = await startService({ dataDir, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' } })
  return running(api, [], dataDir)
}

/** On a Redis of its own that keeps an append-only file, as it is to be run. */
export async function startOnRedis(workers: number): Promise<ShapeOnRedis> {
  return onRedis(workers, {}, async () => {})
}

/** The same on a PostgreSQL of its own, which waits for the disk at each commit. */
export async function startOnPostgres(workers: number): Promise<ShapeOnRedis> {
  const server = await startPostgres({ fsync: 'on' })
  return onRedis(workers, await onPostgres(await server.database()), server.close)
}

/** @param closeMore closes what else it stands on */
async function onRedis(workers: number, env: Record<string, string>, closeMore: () => Promise<void>): Promise<ShapeOnRedis> {
  const obstacle = redisObstacle()
  if (obstacle !== null) throw new Error(`there is no redis-server: ${obstacle}`)
  const dataDir = await tempFolder()
  const redis = await startRedis({ aof: 'everysec' })
  const options = { dataDir, handlersDir: HANDLERS, env: { LOG_LEVEL: 'error', ...env } }
  const installation = await startInstallation({ ...options, redisUrl: redis.url, workers })
  const topology = running(installation.api, installation.workers, dataDir)
  return {
    ...topology,
    redis,
    async close() {
      await topology.close()
      await redis.close()
      await closeMore()
    },
  }
}

function running(api: Service, workers: readonly Service[], dataDir: string): RunningTopology {
  const all = [...workers, api]
  return {
    api,
    workers,
    port: Number(new URL(api.url).port),
    pids: all.map(({ pid }) => pid),
    async close() {
      await Promise.all(all.map((service) => service.kill()))
      await removeFolder(dataDir)
    },
  }
}
