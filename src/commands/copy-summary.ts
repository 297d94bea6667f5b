import type { Config } from '../config/load.ts'

/** What `backup` and `restore` need of the configuration. */
export type CopyConfig = Pick<Config, 'dataDir' | 'secrets'> & { database: Pick<Config['database'], 'target'> }

/** A copy of the database, in one line for the operator. */
export function copySummary(path: string, { jobs, bytes, ms }: { jobs: number; bytes: number; ms: number }): string {
  return `${path}: ${jobs} jobs, ${(bytes / 1e6).toFixed(1)} MB, checked and on disk in ${(ms / 1000).toFixed(1)} s`
}
