/** The processes of a run of `postgres`: API processes and workers on one database and one Redis. */
import { inRole, onPostgres } from '../../../test/support/installation.ts'
import { HANDLERS } from '../../harness/builds.ts'
import type { Entry } from '../../harness/history.ts'
import { createRestartable, type RestartableService } from '../../harness/restartable-service.ts'

/** Of each worker: jobs, and callbacks in flight. */
const SLOTS = 8
const ENV = {
  LOG_LEVEL: 'warn',
  JOB_CONCURRENCY: String(SLOTS),
  // Faults must not end a job for good: whether it is taken up is the question.
  JOB_MAX_ATTEMPTS: '100',
  CALLBACK_CONCURRENCY: String(SLOTS),
  CALLBACK_RETRY_SCHEDULE: '300ms,700ms,1500ms',
  CALLBACK_BREAKER: 'off',
}

export interface ProcessesOptions {
  databaseUrl: string
  redisUrl: string
  apis: number
  workers: number
  preload: readonly URL[]
  /** Where a process may keep what is its own. */
  folder: string
  note: (entry: Entry) => void
}

export interface Processes {
  readonly apis: readonly RestartableService[]
  readonly workers: readonly RestartableService[]
  /** Callbacks that may be in flight at once. */
  readonly slots: number
}

/** None of them runs yet. */
export async function createProcesses(options: ProcessesOptions): Promise<Processes> {
  const { databaseUrl, redisUrl, preload, folder, note } = options
  const member = (role: 'api' | 'worker', name: string, env: Record<string, string>) =>
    createRestartable(
      () => inRole(role, redisUrl, { dataDir: folder, handlersDir: HANDLERS, env: { ...ENV, ...env }, preload }),
      note,
      name,
    )
  const apis: RestartableService[] = []
  // Each answers at a public URL of its own, and keeps it over its lives.
  for (let n = 1; n <= options.apis; n += 1) apis.push(member('api', `api-${n}`, await onPostgres(databaseUrl)))
  const shared = await onPostgres(databaseUrl)
  const workers = Array.from({ length: options.workers }, (_, index) => member('worker', `worker-${index + 1}`, { ...shared, PORT: '0' }))
  return { apis, workers, slots: options.workers * SLOTS }
}
