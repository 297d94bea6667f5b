import type { Service } from '../../../test/support/service.ts'
import { type Entry, entriesOf } from '../../harness/history.ts'
import { submitAll } from '../../harness/load.ts'
import { createRng } from '../../harness/rng.ts'

/** Clients that submit jobs until they are stopped. */
export function startLoad(service: Service): { stop(): Promise<{ submitted: number; refused: number }> } {
  const history: Entry[] = []
  let enough = false
  const submitting = submitAll({
    service: async () => service,
    next: () => (enough ? null : { type: 'fault.noop', payload: {} }),
    note: (entry) => void (entry.kind === 'refused' && history.push(entry)),
    clients: 4,
    pauseMs: 40,
    rng: createRng(1),
  })
  submitting.catch(() => {})
  return {
    async stop() {
      enough = true
      const jobs = await submitting
      return { submitted: jobs.length, refused: entriesOf(history, 'refused').length }
    },
  }
}
