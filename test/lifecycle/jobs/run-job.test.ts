import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import type { Report } from '../../../src/domain/progress.ts'
import { MARK_AFTER_MS } from '../../../src/lifecycle/jobs/run-job.ts'
import { until } from '../../support/clock.ts'
import { hook, ok, testWorld } from '../../support/world.ts'

const failing: RunOutcome = { kind: 'failed', failure: { code: 'handler_failed', message: 'no', retryable: true, details: null } }

describe('running a job', () => {
  it('completes it, keeps the result, and writes event and delivery with it', async () => {
    await using w = await testWorld()
    w.work()
    const id = await w.submit({ callback: hook })
    const view = await until('the job completed', async () => {
      const now = await w.store.jobs.view(id)
      return now?.job.status === 'completed' && now.callbackDelivery?.status === 'delivered' ? now : null
    })
    expect(view.job).toMatchObject({ attempt: 1, result: { kind: 'json', size: 11 } })
    expect(Buffer.from(view.inlineResult ?? []).toString()).toBe('{"ok":true}')
    expect(w.sent).toHaveLength(1)
    expect(JSON.parse(Buffer.from(w.sent[0]?.body ?? []).toString())).toMatchObject({
      type: 'job.completed',
      data: { id, status: 'completed', result: { ok: true }, callback: null },
    })
  })

  it('retries a failed attempt after 1 s and 2 s, then fails with the last error', async () => {
    let runs = 0
    await using w = await testWorld({ handlers: { noop: () => (++runs, failing) } })
    w.work()
    const id = await w.submit()
    await until('first attempt failed', async () => (await w.store.jobs.find(id))?.attempt === 1)
    expect(await w.store.jobs.find(id)).toMatchObject({ attempt: 1, error: { code: 'handler_failed' }, dueAt: w.clock.now() + 1_000 })
    await w.clock.push(999)
    expect(runs).toBe(1)
    await w.clock.push(1)
    await until('second attempt failed', async () => runs === 2 && (await w.store.jobs.find(id))?.status === 'pending')
    await w.clock.push(2_000)
    const job = await until('the job failed', async () => {
      const now = await w.store.jobs.find(id)
      return now?.status === 'failed' ? now : null
    })
    expect(job).toMatchObject({ attempt: 3, error: { code: 'handler_failed' } })
    expect(runs).toBe(3)
  })

  it('fails at once when the handler says that trying again is of no use', async () => {
    const final: RunOutcome = { kind: 'failed', failure: { code: 'bad_card', message: 'no', retryable: false, details: { last4: '1' } } }
    await using w = await testWorld({ handlers: { noop: () => final } })
    w.work()
    const id = await w.submit()
    await until('the job failed', async () => (await w.store.jobs.find(id))?.status === 'failed')
    expect(await w.store.jobs.find(id)).toMatchObject({ attempt: 1, error: { code: 'bad_card', details: { last4: '1' } } })
  })

  it('aborts a run that takes too long and fails the job with `timeout` although attempts are left', async () => {
    let aborted = false
    await using w = await testWorld({
      handlers: {
        noop: (_run, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              aborted = true
              resolve(ok)
            }),
          ),
      },
    })
    w.work()
    const id = await w.submit({ timeoutMs: 2_000 })
    await w.clock.push(2_000)
    await until('the job failed', async () => (await w.store.jobs.find(id))?.status === 'failed')
    expect(aborted).toBe(true)
    expect(await w.store.jobs.find(id)).toMatchObject({ attempt: 1, error: { code: 'timeout', retryable: false } })
  })

  it('settles the job of a deaf handler within 5 s of its signal; then its slot is free, and what it says is dropped', async () => {
    let free = (_: RunOutcome) => {}
    let started = 0
    await using w = await testWorld({
      handlers: { deaf: () => (++started, new Promise<RunOutcome>((resolve) => (free = resolve))) },
      types: { deaf: { concurrency: 1 } },
    })
    w.work()
    const id = await w.submit({ type: 'deaf', timeoutMs: 1_000 })
    const next = await w.submit({ type: 'deaf' })
    await w.clock.push(1_000)
    expect((await w.store.jobs.find(id))?.status).toBe('running')
    await w.clock.push(5_000)
    expect(await w.store.jobs.find(id)).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
    const endDeaf = free
    await until('the next run began', () => started === 2)
    endDeaf(ok)
    expect(await w.store.jobs.find(id)).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
    free(ok)
    await until('the next job completed', async () => (await w.store.jobs.find(next))?.status === 'completed')
  })

  it('writes progress at most four times a second, and what was last said with the end', async () => {
    let say = (_: Report) => {}
    let end = (_: RunOutcome) => {}
    await using w = await testWorld({
      handlers: {
        noop: (_run, _signal, report) => {
          say = report
          return new Promise((resolve) => (end = resolve))
        },
      },
      types: { noop: { steps: ['a', 'b'] } },
    })
    w.work()
    const id = await w.submit()
    await until('the run began', () => w.runs.get(id))
    const revision = async () => (await w.store.jobs.view(id))?.progressRevision ?? -1
    say({ kind: 'step', name: 'a', status: 'running' })
    await until('the first report is stored', async () => (await w.store.jobs.view(id))?.progress?.stage === 'a')
    const first = await revision()
    for (let percent = 1; percent <= 50; percent++) say({ kind: 'progress', percent, message: null })
    await w.clock.push(249)
    expect(await revision()).toBe(first)
    await w.clock.push(1)
    expect(await revision()).toBe(first + 1)
    expect((await w.store.jobs.view(id))?.progress).toMatchObject({ percent: 50, stage: 'a' })
    say({ kind: 'step', name: 'a', status: 'completed' })
    end(ok)
    await until('the job completed', async () => (await w.store.jobs.find(id))?.status === 'completed')
    expect((await w.store.jobs.view(id))?.progress?.steps).toEqual([
      { name: 'a', status: 'completed' },
      { name: 'b', status: 'pending' },
    ])
  })

  it('keeps the progress of a run that ended before its start was written', async () => {
    await using w = await testWorld({
      handlers: {
        noop: (_run, _signal, report) => {
          report({ kind: 'progress', percent: 70, message: 'nearly' })
          return ok
        },
      },
    })
    w.work()
    const id = await w.submit({ callback: hook })
    await until('the callback went out', () => w.sent.length === 1)
    expect((await w.store.jobs.view(id))?.progress).toMatchObject({ percent: 70, message: 'nearly' })
    const told = JSON.parse(Buffer.from(w.sent[0]?.body ?? []).toString())
    expect(told.data.progress).toMatchObject({ percent: 70, message: 'nearly' })
  })

  it('commits nothing under a lease that is no longer its own', async () => {
    let end = (_: RunOutcome) => {}
    await using w = await testWorld({ handlers: { noop: () => new Promise((resolve) => (end = resolve)) } })
    w.work()
    const id = await w.submit({ callback: hook })
    await w.clock.push(MARK_AFTER_MS)
    const running = await w.store.jobs.find(id)
    if (running?.status !== 'running') throw new Error('not running')
    await w.store.commit([{ write: 'updateJob', job: { ...running, lease: 'another.1', version: running.version + 1 } }])
    end(ok)
    await until('the run was given up', () => w.runs.get(id) === undefined)
    expect(await w.store.jobs.find(id)).toMatchObject({ status: 'running', lease: 'another.1' })
    expect(w.sent).toHaveLength(0)
  })

  it('runs no more than a type allows at a time, and the others meanwhile', async () => {
    const ends: ((outcome: RunOutcome) => void)[] = []
    let others = 0
    let most = 0
    const narrow = () => {
      most = Math.max(most, w.runs.runningOfType('narrow'))
      return new Promise<RunOutcome>((resolve) => ends.push(resolve))
    }
    await using w = await testWorld({
      handlers: { narrow, wide: () => (++others, ok) },
      types: { narrow: { concurrency: 2 } },
    })
    for (let n = 0; n < 5; n++) await w.submit({ type: 'narrow' })
    for (let n = 0; n < 5; n++) await w.submit({ type: 'wide' })
    w.work()
    await until('all wide ones ran', () => others === 5)
    expect(ends).toHaveLength(2)
    for (let n = 0; n < 5; n++) (await until('another narrow one began', () => ends[n]))(ok)
    expect(most).toBe(2)
  })
})
