import { describe, expect, it } from 'vitest'
import { isFinished } from '../../../src/domain/job.ts'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import type { JobView } from '../../../src/domain/job-view.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { createPubSub } from '../../../src/lifecycle/commit/pub-sub.ts'
import { waitForJob } from '../../../src/lifecycle/jobs/wait-for-job.ts'
import { createTopics } from '../../../src/lifecycle/process/topics.ts'
import { createWaiters } from '../../../src/lifecycle/process/waiters.ts'
import { settle, testClock, until } from '../../support/clock.ts'
import { ok, testWorld } from '../../support/world.ts'

const mine = { tenantId: DEFAULT_TENANT_ID }
const never = () => new AbortController().signal
const finished = ({ job }: JobView) => isFinished(job)

describe('waiting for a job', () => {
  it('answers as soon as the job has ended', async () => {
    let end = (_: RunOutcome) => {}
    await using w = await testWorld({ handlers: { noop: () => new Promise((resolve) => (end = resolve)) } })
    w.work()
    const id = await w.submit()
    await until('it runs', () => w.runs.get(id))
    const waiting = waitForJob(w, mine, id, { ms: 60_000, signal: never(), until: finished })
    await settle()
    end(ok)
    await expect(waiting).resolves.toMatchObject({ job: { status: 'completed' } })
    expect(w.clock.now()).toBe(Date.parse('2026-01-01T00:00:00.000Z'))
  })

  it('answers with the job as it is when the time is up', async () => {
    await using w = await testWorld()
    const id = await w.submit()
    const waiting = waitForJob(w, mine, id, { ms: 2_000, signal: never(), until: finished })
    await w.clock.push(2_000)
    await expect(waiting).resolves.toMatchObject({ job: { status: 'pending' } })
  })

  it('answers when the time is up by a timer that fires a little before the clock gets there', async () => {
    const clock = testClock()
    await using w = await testWorld({ clock: { ...clock, after: (ms, run) => clock.after(ms - 1, run) } })
    const id = await w.submit()
    const waiting = waitForJob(w, mine, id, { ms: 2_000, signal: never(), until: finished })
    await clock.push(1_999)
    await expect(waiting).resolves.toMatchObject({ job: { status: 'pending' } })
  })

  it('ends when the caller is gone, and when the process stops', async () => {
    await using w = await testWorld()
    const id = await w.submit()
    const gone = new AbortController()
    const first = waitForJob(w, mine, id, { ms: 60_000, signal: gone.signal, until: finished })
    const second = waitForJob(w, mine, id, { ms: 60_000, signal: never(), until: finished })
    await settle()
    gone.abort()
    await expect(first).resolves.toMatchObject({ job: { status: 'pending' } })
    w.waiters.close()
    await expect(second).resolves.toMatchObject({ job: { status: 'pending' } })
    expect(w.clock.pending()).toBe(0)
  })

  it('refuses to hold more answers than it can bear, and lets others in when some have gone', () => {
    const waiters = createWaiters(createTopics(createPubSub(null)))
    const leaving = Array.from({ length: 10_000 }, (_, n) => waiters.watch({ job: `job_${n % 7}` }, () => {}))
    expect(waiters.watch({ job: 'job_1' }, () => {})).toBeNull()
    leaving[0]?.()
    leaving[0]?.()
    expect(waiters.watch({ job: 'job_1' }, () => {})).not.toBeNull()
    expect(waiters.watch({ job: 'job_1' }, () => {})).toBeNull()
  })
})
