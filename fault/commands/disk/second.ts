/** D9: a second process on the same data folder, whatever the first one does; and the next one, once the first is dead. */
import { join } from 'node:path'
import { removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { refusedStart } from './refused.ts'
import type { Row } from './report.ts'

/**
 * So many second processes, every other one beside an owner that is frozen; then the owner is killed.
 *
 * @param limitMs for a refusal, and from the death of the owner to the readiness of the next
 */
export async function secondProcess(times: number, limitMs: number): Promise<Row> {
  const faults: string[] = []
  const folder = await tempFolder()
  const options = { dataDir: join(folder, 'data'), handlersDir: HANDLERS }
  const owner = await startService(options)
  try {
    for (let n = 0; n < times; n += 1) {
      const isFrozen = n % 2 === 1
      if (isFrozen) owner.signal('SIGSTOP')
      const wrong = await refusedStart(options, `process ${owner.pid}`, limitMs)
      if (isFrozen) owner.signal('SIGCONT')
      faults.push(...wrong.map((fault) => `beside ${isFrozen ? 'a frozen' : 'a running'} owner: ${fault}`))
    }
    const { status } = await owner.api.call('GET', '/readyz')
    if (status !== 200) faults.push(`the owner answered ${status} afterwards`)
    owner.signal('SIGSTOP')
    await owner.kill()
    const next = await startService(options)
    if (next.readyMs > limitMs) faults.push(`the next one took ${Math.round(next.readyMs)} ms until ready`)
    await next.stop()
    return {
      id: 'D9',
      name: 'a second process on the folder, half of them beside a frozen owner',
      cases: times,
      faults,
      figures:
        `each refused within ${limitMs / 1000} s with the owner's pid; ` +
        `after its death the next was ready in ${Math.round(next.readyMs)} ms`,
    }
  } finally {
    await owner.kill()
    await removeFolder(folder)
  }
}
