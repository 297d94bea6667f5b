import type { Config } from '../config/load.ts'

/** What `backup` and `restore` need of the configuration. */
export type CopyConfig = Pick<Config, 'dataDir' | 'secrets'> & { database: Pick<Config['database'], 'target'> }

/** A copy of the database that was made. */
export interface Copied {
  path: string
  jobs: number
  bytes: number
  ms: number
}

/** How the operator is told. */
export interface TellOptions {
  /** As a JSON document in one line. */
  json?: boolean
}

/** A copy of the database in one line for the operator, and below it what is to be done; a document with `json`. */
export function copySummary({ path, jobs, bytes, ms }: Copied, advice: string | null, { json = false }: TellOptions): string {
  if (json) return `${JSON.stringify({ file: path, jobs, bytes, ms: Math.round(ms), advice })}\n`
  const line = `${path}: ${jobs} jobs, ${(bytes / 1e6).toFixed(1)} MB, checked and on disk in ${(ms / 1000).toFixed(1)} s\n`
  return advice === null ? line : `${line}${advice}\n`
}
