import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { cancelJob } from '../../../src/lifecycle/jobs/cancel-job.ts'
import { until } from '../../support/clock.ts'
import { hook, ok, testWorld } from '../../support/world.ts'

const reader = { tenantId: DEFAULT_TENANT_ID }

describe('canceling a job', () => {
  for (const localQueues of [true, false]) {
    it(`ends a pending one at once and announces it (${localQueues ? 'held in memory' : 'in the store'})`, async () => {
      let runs = 0
      await using w = await testWorld({ handlers: { noop: () => (++runs, ok) }, localQueues })
      const id = await w.submit({ callback: hook })
      await expect(cancelJob(w, reader, id)).resolves.toMatchObject({ canceled: true, view: { job: { status: 'canceled' } } })
      await expect(cancelJob(w, reader, id)).resolves.toMatchObject({ canceled: true })
      w.work()
      await until('the callback went out', () => w.sent.length === 1)
      expect(JSON.parse(Buffer.from(w.sent[0]?.body ?? []).toString())).toMatchObject({
        type: 'job.canceled',
        data: { status: 'canceled' },
      })
      expect(runs).toBe(0)
    })
  }

  it('tells a running handler, and ends the job canceled whatever the handler returns', async () => {
    await using w = await testWorld({
      handlers: { noop: (_run, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(ok))) },
    })
    w.work()
    const id = await w.submit()
    await until('it runs', () => w.runs.get(id))
    await cancelJob(w, reader, id)
    await until('it is canceled', async () => (await w.store.jobs.find(id))?.status === 'canceled')
    expect(await w.store.jobs.result(id, null)).toBeNull()
  })

  it('ends the job of a deaf handler within 5 s, and ignores what it returns later', async () => {
    let end = (_: RunOutcome) => {}
    await using w = await testWorld({ handlers: { noop: () => new Promise((resolve) => (end = resolve)) } })
    w.work()
    const id = await w.submit()
    await until('it runs', () => w.runs.get(id))
    await expect(cancelJob(w, reader, id)).resolves.toMatchObject({
      canceled: false,
      view: { job: { status: 'running', cancelRequested: true } },
    })
    await w.clock.push(5_000)
    expect((await w.store.jobs.find(id))?.status).toBe('canceled')
    end(ok)
    await w.clock.push(1)
    expect((await w.store.jobs.find(id))?.status).toBe('canceled')
  })

  it('refuses for one that has completed or failed', async () => {
    await using w = await testWorld()
    w.work()
    const id = await w.submit()
    await until('it completed', async () => (await w.store.jobs.find(id))?.status === 'completed')
    await expect(cancelJob(w, reader, id)).rejects.toMatchObject({ code: 'already_finished' })
  })

  it('has one winner when it races with the end of the run', async () => {
    for (let turn = 0; turn < 20; turn++) {
      let end = (_: RunOutcome) => {}
      await using w = await testWorld({ handlers: { noop: () => new Promise((resolve) => (end = resolve)) } })
      w.work()
      const id = await w.submit({ callback: hook })
      await until('it runs', () => w.runs.get(id))
      for (let wait = 0; wait < turn % 5; wait++) await Promise.resolve()
      const canceling = cancelJob(w, reader, id).then(
        () => 'accepted',
        (error) => error.code,
      )
      end(ok)
      const answer = await canceling
      const job = await until('it ended', async () => {
        const now = await w.store.jobs.find(id)
        return now?.status === 'completed' || now?.status === 'canceled' ? now : null
      })
      expect(answer).toBe(job.status === 'canceled' ? 'accepted' : 'already_finished')
      await until('one callback', () => w.sent.length === 1)
    }
  })

  it('says the same of an unknown id and of another tenant’s', async () => {
    await using w = await testWorld()
    const id = await w.submit()
    const strange = await cancelJob(w, { tenantId: 'tnt_other' }, id).catch((error) => error)
    const unknown = await cancelJob(w, reader, 'job_unknown').catch((error) => error)
    expect([strange.code, strange.message]).toEqual([unknown.code, unknown.message])
    expect((await w.store.jobs.find(id))?.status).toBe('pending')
  })
})
