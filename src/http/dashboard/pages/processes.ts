/** The processes of this installation, as the home page shows them. */
import { listProcesses } from '../../routes/workers.ts'
import { moment, table } from '../components/facts.ts'
import { html, type Part } from '../components/html.ts'
import type { PageCall } from './page.ts'

/** A table of processes. */
export async function processes({ context }: PageCall): Promise<Part> {
  const rows = (await listProcesses(context)).map(({ id, info, startedAt, renewedAt }) => [
    id,
    info.role,
    `${info.host} (${info.pid})`,
    info.version,
    info.threads.length,
    info.running.length,
    moment(startedAt),
    moment(renewedAt),
  ])
  const heads = ['Process', 'Role', 'Host', 'Version', 'Threads', 'Runs', 'Started', 'Heartbeat']
  return html`<section><h2>Processes</h2>${table('Processes', heads, rows, 'None.')}</section>`
}
