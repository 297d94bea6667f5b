import { describe, expect, it } from 'vitest'
import { cancelPending, newJob, type PendingJob, releasePending, requestCancel, startJob } from '../../../src/domain/job.ts'
import { beginRun, nextWrite, nextWriteOfCancel, reloadRun } from '../../../src/lifecycle/jobs/stored-run.ts'

const NOW = 1_000

function pending(lease: string | null): PendingJob {
  const input = { id: 'job_1', tenantId: 'tnt_1', type: 'noop', priority: 0, tags: [], metadata: {}, callback: null, traceparent: null }
  return newJob({ ...input, runAt: null, timeoutMs: 1_000, maxAttempts: 3, rerunOf: null }, NOW, lease)
}

describe('a run', () => {
  const claimed = startJob(pending(null), 'w1.2', NOW)
  const local = pending('w1.0')

  it('of a claimed job is marked already', () => {
    expect(beginRun(claimed, 'w1', NOW)).toEqual({ job: claimed, version: 2, isMarked: true, localLease: null })
  })

  it('of a job from the local queue starts under a lease of its own, which its mark brings to the store', () => {
    const run = beginRun(local, 'w1', NOW)
    expect(run).toMatchObject({ version: 1, isMarked: false, localLease: 'w1.0', job: { status: 'running', lease: 'w1.2', attempt: 1 } })
    expect(nextWrite(run)).toMatchObject({ version: 2, isMarked: true, job: { version: 2 } })
  })

  it('that is canceled says so with its next write', () => {
    expect(nextWriteOfCancel(beginRun(local, 'w1', NOW))).toMatchObject({ version: 2, job: { version: 2, cancelRequested: true } })
  })

  it.each([
    ['what another process has written to the same run', claimed, requestCancel(claimed), { version: 3, isMarked: true }],
    ['a mark that was never written', local, local, { version: 1, isMarked: false }],
  ])('goes on from %s', (_, begun, stored, expected) => {
    expect(reloadRun(nextWrite(beginRun(begun, 'w1', NOW)), stored)).toMatchObject(expected)
  })

  it.each([
    ['runs under another lease', claimed, { ...claimed, lease: 'w2.4' }],
    ['was taken back from the local queue', local, releasePending(local)],
    ['has ended', local, cancelPending(local, NOW)],
    ['is gone', claimed, null],
  ])('is lost when the job %s', (_, begun, stored) => {
    expect(reloadRun(nextWrite(beginRun(begun, 'w1', NOW)), stored)).toBeNull()
  })
})
