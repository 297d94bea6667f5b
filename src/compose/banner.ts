import type { Config } from '../config.ts'

export interface Started {
  config: Config
  version: string
  publicUrl: string
  /** Where it listens; null for a worker that does not. */
  url: string | null
  /** Made at this start, and shown only now. */
  madeKey: string | null
}

/** What a person sees at the start. */
export function bannerOf(started: Started): string {
  return started.config.role === 'worker' ? bannerOfWorker(started) : bannerOfApi(started)
}

function bannerOfWorker({ config, version, publicUrl, url }: Started): string {
  return `
Ringback ${version}, a worker
  API    ${publicUrl}/v1/jobs (another process)
  data   ${config.dataDir}
  health ${url === null ? 'not served: set PORT' : `${url}/readyz`}

`
}

function bannerOfApi({ config, version, publicUrl, url, madeKey }: Started): string {
  const key = madeKey ?? (config.secrets.adminApiKey === null ? 'the one printed at the first start' : 'ADMIN_API_KEY')
  return `
Ringback ${version}
  API    ${publicUrl}/v1/jobs${publicUrl === url ? '' : ` (listening on ${url})`}
  docs   ${publicUrl}/docs
  key    ${key}${madeKey === null ? '' : '   (made now and shown only this once: keep it)'}

Next:
  curl -i ${publicUrl}/v1/jobs -H 'Authorization: Bearer ${madeKey ?? '<key>'}' -H 'Content-Type: application/json' \\
    -d '{"type":"report.sales_summary","payload":{"file":"box-office.csv","columns":{"date":"release_date","category":"genre","amount":"worldwide_gross"}}}'

`
}
