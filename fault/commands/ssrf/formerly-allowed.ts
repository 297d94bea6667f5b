/**
 * The send's half of what a submit refuses: URLs that were taken while the operator allowed every address, and are due after a
 * restart in the production configuration.
 */
import { join } from 'node:path'
import { removeFolder, tempFolder } from '../../../test/support/service.ts'
import type { Group } from '../../harness/case-group.ts'
import { METADATA } from './addresses.ts'
import type { UrlCase } from './literals.ts'
import { submitAll, untilSent } from './sends.ts'
import { withService } from './setup.ts'

const EVERYTHING = ['0.0.0.0/0', '::/0', ...METADATA].join(',')
/** Time to submit them all and to restart. */
const DUE_AFTER_MS = 15_000

export async function runFormerlyAllowed(cases: readonly UrlCase[]): Promise<Group> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  try {
    const runAt = new Date(Date.now() + DUE_AFTER_MS).toISOString()
    const jobs = await withService({ dataDir, env: { CALLBACK_ALLOW: EVERYTHING } }, (api) =>
      submitAll(
        api,
        cases.map(({ url }) => url),
        { run_at: runAt },
      ),
    )
    if (Date.now() > Date.parse(runAt)) throw new Error('the submits took too long: some may have been sent before the restart')
    return await withService({ dataDir }, async (api) => {
      const sent = await untilSent(api, jobs)
      const faults = cases.flatMap(({ url }, n) => (sent[n]?.outcome === 'forbidden' ? [] : [`${url} is ${sent[n]?.outcome}`]))
      return { id: 'S1 S6', name: 'the same URLs in the store, sent by the production configuration', cases: cases.length, faults }
    })
  } finally {
    await removeFolder(folder)
  }
}
