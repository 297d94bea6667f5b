/** The processes of one installation under fault: each over all its lives, each noted in the history under its name. */
import { type InstallationOptions, inRole, type Role } from '../../test/support/installation.ts'
import type { Entry } from './history.ts'
import { createRestartable, type RestartableService } from './restartable-service.ts'

export interface RestartableInstallation {
  readonly api: RestartableService
  readonly workers: readonly RestartableService[]
  /** Starts what is not running; settles when all are ready. */
  start(): Promise<void>
  /** The run is over: nothing runs any more, nobody waits any more. */
  end(): Promise<void>
}

export function createInstallation(
  { redisUrl, workers: count, ...options }: InstallationOptions,
  note: (entry: Entry) => void,
): RestartableInstallation {
  const member = (role: Role, name: string) => createRestartable(() => inRole(role, redisUrl, options), note, name)
  const api = member('api', 'api')
  const workers = Array.from({ length: count }, (_, index) => member('worker', `worker-${index + 1}`))
  const all = [api, ...workers]
  return {
    api,
    workers,
    async start() {
      await Promise.all(all.map((one) => one.start()))
    },
    async end() {
      await Promise.all(all.map((one) => one.end()))
    },
  }
}
