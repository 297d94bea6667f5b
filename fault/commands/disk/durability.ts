/** D4: the mode that a 202 stands on is forced, looked at after a real write, refused when it is another, and shown. */
import { join } from 'node:path'
import { removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { refusedStart } from './refused.ts'
import type { Row } from './report.ts'

/** What SQLite comes up with when nobody forces it, and a mode that is set but wrong. */
const PATCHED = ['no-synchronous.ts', 'synchronous-off.ts'].map((file) => new URL(`../../sabotage/${file}`, import.meta.url))

export async function durableMode(limitMs: number): Promise<Row> {
  const faults: string[] = []
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  for (const life of ['new', 'reopened']) {
    const service = await startService({ dataDir, handlersDir: HANDLERS })
    const { details } = (await service.api.call('GET', '/readyz')).json.store
    if (details.journal_mode !== 'wal' || details.synchronous !== 'FULL') faults.push(`${life}: /readyz shows ${JSON.stringify(details)}`)
    await service.stop()
  }
  for (const preload of PATCHED) faults.push(...(await refusedStart({ dataDir, preload: [preload] }, 'synchronous', limitMs)))
  await removeFolder(folder)
  return {
    id: 'D4',
    name: 'a start with a patched default',
    cases: PATCHED.length,
    faults,
    figures: 'each refused; /readyz shows wal and FULL',
  }
}
