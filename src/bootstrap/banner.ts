import { type Config, EXAMPLE_HANDLERS } from '../config/load.ts'
import { submitCommand } from '../domain/curl-command.ts'
import type { FirstJob } from '../lifecycle/jobs/first-job.ts'
import type { Boot } from './boot.ts'

/** What the banner of a worker tells. */
export interface WorkerFacts {
  publicUrl: string
  /** Where it listens; null for a worker that does not. */
  url: string | null
  /** Every job type that is loaded. */
  types: readonly string[]
}

/** What the banner of a process that answers the API tells. */
export interface ApiFacts extends WorkerFacts {
  /** The operator's key when this start has made it; it is shown only now. */
  madeKey: string | null
  firstJob: FirstJob | null
}

/** What a banner needs of the start. */
type BannerBoot = Pick<Boot, 'version'> & {
  config: Pick<Config, 'dataDir' | 'dashboard'> & {
    handlers: Pick<Config['handlers'], 'dir'>
    secrets: Pick<Config['secrets'], 'adminApiKey'>
  }
}

/** Job types named, of those that are loaded. */
const SHOWN_TYPES = 10
/** Characters of a payload; a longer one is on the API page only. */
const LONGEST_PAYLOAD = 2000

/** What a person sees at the start of a worker. */
export function workerBanner({ config, version }: BannerBoot, { publicUrl, url, types }: WorkerFacts): string {
  return `
Ringback ${version}, a worker
  API    ${publicUrl}/v1/jobs (another process)
  types  ${named(types)}
${folderLine(config)}  data   ${config.dataDir}
  health ${url === null ? 'not served: set PORT' : `${url}/readyz`}

`
}

/** What a person sees at the start of a process that answers requests. */
export function apiBanner({ config, version }: BannerBoot, { publicUrl, url, madeKey, types, firstJob }: ApiFacts): string {
  const variable = config.secrets.adminApiKey === null ? 'KEY' : 'ADMIN_API_KEY'
  const key = config.secrets.adminApiKey === null ? 'the one printed at the first start; KEY below' : variable
  return `
Ringback ${version}
  API    ${publicUrl}/v1/jobs${publicUrl === url ? '' : ` (listening on ${url})`}
  docs   ${publicUrl}/docs
${config.dashboard ? `  pages  ${publicUrl}/dashboard (log in with the key)\n` : ''}  types  ${named(types)}
${folderLine(config)}  key    ${madeKey === null ? key : `${madeKey}   (made now and shown only this once: keep it)`}

${next(publicUrl, madeKey ?? `$${variable}`, firstJob)}
`
}

function next(publicUrl: string, key: string, firstJob: FirstJob | null): string {
  if (firstJob === null) return 'Next: a module with a job type in HANDLERS_DIR, or an HTTP endpoint in UPSTREAMS.\n'
  if (JSON.stringify(firstJob.payload).length > LONGEST_PAYLOAD) return `Next: ${publicUrl}/docs has a request to begin with.\n`
  return `Next:\n${submitCommand(publicUrl, key, firstJob).replace(/^/gm, '  ')}\n`
}

function named(types: readonly string[]): string {
  if (types.length === 0) return 'none'
  const more = types.length - SHOWN_TYPES
  return types.slice(0, SHOWN_TYPES).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Where the handlers come from; nothing where there are upstreams only. */
function folderLine({ handlers: { dir } }: BannerBoot['config']): string {
  if (dir === null) return ''
  return `  from   ${dir}${dir === EXAMPLE_HANDLERS ? ' (the examples: set HANDLERS_DIR for your own)' : ''}\n`
}
