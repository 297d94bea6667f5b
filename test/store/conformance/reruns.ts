import { expect, it } from 'vitest'
import { endRun } from '../../../src/domain/end-run.ts'
import { startJob } from '../../../src/domain/job.ts'
import type { RunOutcome } from '../../../src/domain/job-outcome.ts'
import type { RerunQuery } from '../../../src/ports/jobs.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { OpenStore } from '../conformance.ts'
import { aJob, bytesOf, jobQuery, NOW, put, putJob } from '../records.ts'

const failed = (code: string): RunOutcome => ({ kind: 'failed', failure: { code, message: 'no', retryable: false, details: null } })

async function putEnded(store: Store, input: Parameters<typeof aJob>[0], outcome: RunOutcome, endedAt = NOW) {
  const job = await putJob(store, aJob(input))
  const running = startJob(job, 'w.2', NOW)
  await put(store, { write: 'updateJob', job: running })
  await put(store, { write: 'updateJob', job: endRun(running, outcome, endedAt, 0) })
  return job
}

function query(members: Partial<RerunQuery> = {}): RerunQuery {
  const { limit: _limit, before: _before, ...filter } = jobQuery(members)
  return { endedBefore: NOW + 1, ...filter, ...members }
}

export function rerunConformance(open: OpenStore): void {
  it('gives the payload of a job as the bytes it was stored with', async () => {
    const store = await open()
    const job = await putJob(store, aJob(), '{"n": 1.50}')
    expect(await store.jobs.payload(job.id)).toEqual(bytesOf('{"n": 1.50}'))
    expect(await store.jobs.payload('job_unknown')).toBeNull()
  })

  it('takes the first rerun of a job once, any number of further ones, and none of an unknown job', async () => {
    const store = await open()
    const job = await putEnded(store, {}, failed('a'))
    const mark = async (jobId: string, onlyFirst: boolean) => {
      const copy = aJob({ rerunOf: jobId })
      const written = await store.commit([
        { write: 'markRerun', jobId, rerunId: copy.id, onlyFirst },
        { write: 'insertJob', job: copy, payload: bytesOf('1') },
      ])
      expect((await store.jobs.find(copy.id)) !== null).toBe(written)
      return written
    }
    const raced = await Promise.all([1, 2, 3].map(() => mark(job.id, true)))
    expect(raced.filter(Boolean)).toHaveLength(1)
    expect(await mark(job.id, false)).toBe(true)
    expect(await mark(job.id, true)).toBe(false)
    expect(await mark('job_unknown', false)).toBe(false)
  })

  it('finds ended jobs without a rerun, oldest first, a page at a time', async () => {
    const store = await open()
    const mine = []
    for (let n = 0; n < 5; n++) mine.push(await putEnded(store, {}, failed('a')))
    await putEnded(store, {}, failed('a'), NOW + 1)
    const theirs = await putEnded(store, { tenantId: 'tnt_other' }, failed('a'))
    await putJob(store, aJob())
    const [again] = mine
    await put(store, { write: 'markRerun', jobId: again?.id ?? '', rerunId: 'job_x', onlyFirst: true })
    const first = await store.jobs.rerunCandidates(query(), 0, 3)
    expect(first.rows).toEqual(mine.slice(1, 4).map(({ id, tenantId, type }) => ({ id, tenantId, type })))
    const rest = await store.jobs.rerunCandidates(query(), first.next ?? Number.NaN, 3)
    expect(rest).toMatchObject({ rows: [{ id: mine[4]?.id }], next: null })
    expect((await store.jobs.rerunCandidates(query({ tenantId: null }), 0, 9)).rows.at(-1)).toMatchObject({ id: theirs.id })
    expect(await store.jobs.rerunCandidates(query({ tenantId: null }), 0, 5)).toMatchObject({ next: null })
  })

  it('counts the same jobs by type and error code', async () => {
    const store = await open()
    const done = { kind: 'completed', result: { kind: 'location', url: 'https://files.example/' } } as const
    await putEnded(store, { type: 'a' }, failed('x'))
    await putEnded(store, { type: 'a' }, failed('x'))
    await putEnded(store, { type: 'a' }, failed('y'))
    await putEnded(store, { type: 'b' }, done)
    for (const tenantId of ['tnt_default', null]) {
      const { groups, next } = await store.jobs.countRerunCandidates(query({ tenantId }), 0)
      expect(next).toBeNull()
      expect(groups.toSorted((a, b) => b.count - a.count)).toEqual(
        expect.arrayContaining([
          { type: 'a', errorCode: 'x', count: 2 },
          { type: 'a', errorCode: 'y', count: 1 },
          { type: 'b', errorCode: null, count: 1 },
        ]),
      )
      expect((await store.jobs.countRerunCandidates(query({ tenantId, errorCode: 'y' }), 0)).groups).toHaveLength(1)
      expect((await store.jobs.countRerunCandidates(query({ tenantId, status: 'completed' }), 0)).groups).toMatchObject([{ type: 'b' }])
    }
  })

  it('sums jobs up by type, status and error code since a time, and says when that was all', async () => {
    const store = await open()
    await putEnded(store, { type: 'a' }, failed('x'))
    await putEnded(store, { type: 'a' }, failed('x'))
    await putJob(store, aJob({ type: 'a' }, NOW + 5))
    await putJob(store, aJob({ tenantId: 'tnt_other', type: 'a' }, NOW + 5))
    const bad = { tenantId: 'tnt_default', type: 'a', status: 'failed', errorCode: 'x', count: 2 }
    const waiting = { ...bad, status: 'pending', errorCode: null, count: 1 }
    expect(await store.jobs.summarize({ tenantId: 'tnt_default', createdAfter: 0, failures: null })).toEqual({
      groups: [bad, waiting],
      complete: true,
    })
    expect(await store.jobs.summarize({ tenantId: 'tnt_default', createdAfter: NOW, failures: null })).toEqual({
      groups: [waiting],
      complete: true,
    })
    expect((await store.jobs.summarize({ tenantId: null, createdAfter: NOW, failures: null })).groups).toHaveLength(2)
    expect(await store.jobs.summarize({ tenantId: 'tnt_nobody', createdAfter: 0, failures: null })).toEqual({ groups: [], complete: true })
  })

  it('sums up the failed jobs alone, the newest first, and says when there are more than it counts', async () => {
    const store = await open()
    await putEnded(store, { type: 'a' }, failed('x'))
    await putEnded(store, { type: 'a' }, failed('x'))
    await putEnded(store, { type: 'b' }, failed('y'))
    await putEnded(store, { type: 'a' }, { kind: 'completed', result: { kind: 'json', bytes: Buffer.from('1') } })
    await putJob(store, aJob({ type: 'a' }, NOW + 5))
    const group = (type: string, errorCode: string, count: number) => ({
      tenantId: 'tnt_default',
      type,
      status: 'failed',
      errorCode,
      count,
    })
    for (const tenantId of ['tnt_default', null]) {
      const failures = (rows: number, createdAfter = 0) => store.jobs.summarize({ tenantId, createdAfter, failures: rows })
      expect(await failures(3)).toEqual({ groups: [group('a', 'x', 2), group('b', 'y', 1)], complete: true })
      expect(await failures(1)).toMatchObject({ groups: [{ count: 1 }], complete: false })
      expect(await failures(3, NOW)).toEqual({ groups: [], complete: true })
    }
    expect(await store.jobs.summarize({ tenantId: 'tnt_nobody', createdAfter: 0, failures: 3 })).toEqual({ groups: [], complete: true })
  })

  it('filters jobs by error code, by being overdue and by their first start', async () => {
    const store = await open()
    const bad = await putEnded(store, { type: 'a' }, failed('x'))
    const running = startJob(await putJob(store, aJob({ type: 'b' })), 'w.3', NOW + 10)
    await put(store, { write: 'updateJob', job: running })
    for (const tenantId of ['tnt_default', null]) {
      const ids = async (members: Parameters<typeof jobQuery>[0]) =>
        (await store.jobs.list(jobQuery({ tenantId, ...members }))).rows.map(({ job }) => job.id)
      const late = (b: number) => ({ is: true, late: { b, a: NOW + 1e6 } })
      expect(await ids({ errorCode: 'x' })).toEqual([bad.id])
      expect(await ids({ errorCode: 'y' })).toEqual([])
      expect(await ids({ startedBefore: NOW + 10 })).toEqual([bad.id])
      expect(await ids({ overdue: late(NOW + 11) })).toEqual([running.id])
      expect(await ids({ overdue: late(NOW + 10) })).toEqual([])
      expect(await ids({ overdue: { ...late(NOW + 11), is: false } })).toEqual([bad.id])
    }
  })
}
