import { type Config, EXAMPLE_HANDLERS } from '../config/load.ts'
import { submitCommand } from '../domain/curl-command.ts'
import type { FirstJob } from '../lifecycle/jobs/first-job.ts'

export interface Started {
  config: Pick<Config, 'role' | 'dataDir' | 'handlersDir'> & { secrets: Pick<Config['secrets'], 'adminApiKey'> }
  version: string
  publicUrl: string
  /** Where it listens; null for a worker that does not. */
  url: string | null
  /** Made at this start, and shown only now. */
  madeKey: string | null
  /** Every job type that is loaded. */
  types: readonly string[]
  firstJob: FirstJob | null
}

/** Job types named, of those that are loaded. */
const SHOWN_TYPES = 10
/** Characters of a payload; a longer one is on the API page only. */
const LONGEST_PAYLOAD = 2000

/** What a person sees at the start. */
export function bannerOf(started: Started): string {
  return started.config.role === 'worker' ? bannerOfWorker(started) : bannerOfApi(started)
}

function bannerOfWorker({ config, version, publicUrl, url, types }: Started): string {
  return `
Ringback ${version}, a worker
  API    ${publicUrl}/v1/jobs (another process)
  types  ${named(types)}
${folderOf(config)}  data   ${config.dataDir}
  health ${url === null ? 'not served: set PORT' : `${url}/readyz`}

`
}

function bannerOfApi({ config, version, publicUrl, url, madeKey, types, firstJob }: Started): string {
  const variable = config.secrets.adminApiKey === null ? 'KEY' : 'ADMIN_API_KEY'
  const key = config.secrets.adminApiKey === null ? 'the one printed at the first start; KEY below' : variable
  return `
Ringback ${version}
  API    ${publicUrl}/v1/jobs${publicUrl === url ? '' : ` (listening on ${url})`}
  docs   ${publicUrl}/docs
  types  ${named(types)}
${folderOf(config)}  key    ${madeKey === null ? key : `${madeKey}   (made now and shown only this once: keep it)`}

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
function folderOf({ handlersDir }: Pick<Config, 'handlersDir'>): string {
  if (handlersDir === null) return ''
  return `  from   ${handlersDir}${handlersDir === EXAMPLE_HANDLERS ? ' (the examples: set HANDLERS_DIR for your own)' : ''}\n`
}
