/** A job's idempotency key is written by a commit of its own, a little after the job's; the answer waits for both. */
import { rewrite } from '../harness/rewrite-source.ts'

const KEY = `  if (idempotency) change.unshift({ write: 'insertIdempotencyKey', tenantId, ...idempotency, jobId: job.id })\n`
const COMMIT = 'await world.store.commit(change)'
const TWO_COMMITS = `await world.store.commit(change).then(async (written) => {
    await new Promise((resolve) => setTimeout(resolve, 600 * Math.random()))
    if (idempotency) await world.store.commit([{ write: 'insertIdempotencyKey', tenantId, ...idempotency, jobId: job.id }])
    return written
  })`

rewrite('lifecycle/jobs/submit-job.ts', KEY, '')
rewrite('lifecycle/jobs/submit-job.ts', COMMIT, TWO_COMMITS)
