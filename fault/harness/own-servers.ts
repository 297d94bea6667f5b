/** What the service of a run stands on besides its folder: started by the run, and alive whatever happens to the service. */
import { onPostgres } from '../../test/support/installation.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { integrityOf } from './integrity.ts'
import { ownRedis } from './own-redis.ts'
import { tornWorkIn } from './torn-work.ts'

/** Which servers it has. */
export interface Shape {
  redis?: boolean
  /** Its data is there, and not in the folder. */
  postgres?: boolean
}

export interface OwnServers {
  /** What the service is told of them. On PostgreSQL that is its port, too: its public URL is known before it starts. */
  env: Record<string, string>
  /** Of the data of a service that has ended: 'ok', or what is wrong. On PostgreSQL, which checks its own files: changes there in part. */
  integrityOf(dataDir: string): Promise<string>
  close(): Promise<void>
}

export async function ownServers({ redis = false, postgres = false }: Shape): Promise<OwnServers> {
  const queue = await ownRedis(redis)
  if (!postgres) return { env: queue.env, integrityOf: async (dataDir) => integrityOf(dataDir), close: queue.close }
  const server = await startPostgres()
  const url = await server.database()
  const shared = await onPostgres(url)
  return {
    env: { ...queue.env, ...shared, PORT: new URL(shared.PUBLIC_URL ?? '').port },
    async integrityOf() {
      const torn = await tornWorkIn((sql) => server.ask(url, sql))
      return torn.length === 0 ? 'ok' : torn.join('; ')
    },
    async close() {
      await queue.close()
      await server.close()
    },
  }
}
