/** The service as several processes: the one that answers requests and owns the data folder, and workers, joined by a Redis. */
import { type Service, type ServiceOptions, startService } from './service.ts'

export type Role = 'all' | 'api' | 'worker'

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

/** The options of one process of an installation. */
export function inRole(role: Role, redisUrl: string | null, options: ServiceOptions): ServiceOptions {
  return redisUrl === null ? options : { ...options, env: { ...options.env, ROLE: role, REDIS_URL: redisUrl } }
}

/** Starts all of it and waits until every process is ready. Each is stopped, killed and frozen by itself. */
export async function startInstallation({ redisUrl, workers: count, ...options }: InstallationOptions): Promise<Installation> {
  const start = (role: Role) => startService(inRole(role, redisUrl, options))
  // A worker waits for the owner of the folder, so all may start at once.
  const [api, ...workers] = await Promise.all([start(count === 0 ? 'all' : 'api'), ...Array.from({ length: count }, () => start('worker'))])
  return { api, workers }
}
