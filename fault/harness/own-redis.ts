/** The Redis of a run whose service is to have one: started by the run, and alive whatever happens to the service. */
import { type RedisSettings, redisObstacle, startRedis, type TestRedis } from '../../test/support/redis.ts'

export interface OwnRedis {
  /** Null: there is none, and the service keeps its queue in itself. */
  server: TestRedis | null
  /** What the service is told of it. */
  env: Record<string, string>
  close(): Promise<void>
}

export async function ownRedis(wanted: boolean, settings: RedisSettings = {}): Promise<OwnRedis> {
  if (!wanted) return { server: null, env: {}, close: async () => {} }
  const obstacle = redisObstacle()
  if (obstacle !== null) throw new Error(`there is no Redis here: ${obstacle}`)
  const server = await startRedis(settings)
  return { server, env: { REDIS_URL: server.url }, close: server.close }
}
