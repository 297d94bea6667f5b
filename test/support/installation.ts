/** The service as several processes: the one that answers requests and owns the data folder, and workers, joined by a Redis. */

import { type Service, type ServiceOptions, startService } from './service.ts'
import { sparePort } from './spare-port.ts'

export type Role = 'all' | 'api' | 'worker'

/** What processes on a PostgreSQL database share, for tests: a server that may forget at a power cut, and a name known before the start. */
export async function onPostgres(databaseUrl: string): Promise<Record<string, string>> {
  const PUBLIC_URL = `http://127.0.0.1:${await sparePort()}`
  return { DATABASE_URL: databaseUrl, DATABASE_UNSAFE: '1', MASTER_KEY: 'a-master-key-for-tests-0123456789abcdef', PUBLIC_URL }
}

export interface InstallationOptions extends ServiceOptions {
  /** Null: one process that needs no other. */
  redisUrl: string | null
  /** Processes beside the API; with none it does the work itself. */
  workers: number
}

export interface Installation {
  readonly api: Service
  readonly workers: readonly Service[]
}

/** The options of one process of an installation. Where its public URL is given, the one that answers requests answers there. */
export function inRole(role: Role, redisUrl: string | null, options: ServiceOptions): ServiceOptions {
  const { PUBLIC_URL, PORT = PUBLIC_URL === undefined || role === 'worker' ? undefined : new URL(PUBLIC_URL).port } = options.env ?? {}
  const env = { ...options.env, ...(PORT !== undefined && { PORT }) }
  return redisUrl === null ? { ...options, env } : { ...options, env: { ...env, ROLE: role, REDIS_URL: redisUrl } }
}

/** Starts all of it and waits until every process is ready. Each is stopped, killed and frozen by itself. */
export async function startInstallation({ redisUrl, workers: count, ...options }: InstallationOptions): Promise<Installation> {
  const start = (role: Role) => startService(inRole(role, redisUrl, options))
  // A worker waits for the owner of the folder, so all may start at once.
  const [api, ...workers] = await Promise.all([start(count === 0 ? 'all' : 'api'), ...Array.from({ length: count }, () => start('worker'))])
  return { api, workers }
}
