import { startJob } from '../../../src/domain/job.ts'
import type { Change } from '../../../src/ports/change.ts'
import { startPostgresProxy } from '../../support/postgres-proxy.ts'
import { aJob, bytesOf, NOW, putJob } from '../records.ts'
import { withStore } from './open-store.ts'

/** Every COMMIT ends as a rollback, which is no error to the server: tells what is called written nevertheless. */
export async function rolledBackCommit(url: string): Promise<string[]> {
  const proxy = await startPostgresProxy(url)
  try {
    const jobs = await withStore(url, async (store) => [await putJob(store, aJob()), await putJob(store, aJob())] as const)
    const [one, other] = jobs.map((job) => startJob(job, 'w.2', NOW))
    if (one === undefined || other === undefined) throw new Error('there are two')
    const alone: Change = [{ write: 'updateJob', job: one }]
    const together: Change = [...alone, { write: 'updateJob', job: other }, { write: 'insertJob', job: aJob(), payload: bytesOf('1') }]
    return await withStore(
      proxy.through(url),
      async (store) => {
        proxy.replace('COMMIT', 'ABORT ')
        const breaches: string[] = []
        for (const change of [alone, together]) {
          const written = await store.commit(change).catch(() => false)
          if (written) breaches.push(`a change of ${change.length} writes was called written after a rollback`)
        }
        return breaches
      },
      { prepare: false },
    )
  } finally {
    await proxy.close()
  }
}
