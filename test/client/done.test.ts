import { describe, expect, it } from 'vitest'
import { JobCanceled, JobFailed, WaitTimeout } from '../../src/client/index.ts'
import { settle } from '../support/clock.ts'
import { type Asked, connectionRefused, job, json, never, passing, problem, scripted } from './scripted-service.ts'

const running = (etag: string, retryAfter = 1) => json(200, job(), { etag: `"${etag}"`, 'retry-after': String(retryAfter) })
const completed = json(200, job({ status: 'completed', result: { sum: 1 } }))
const failed = json(
  200,
  job({ status: 'failed', error: { code: 'no_paper', message: 'There is no paper.', retryable: false, details: null } }),
)
const canceled = json(200, job({ status: 'canceled' }))

/** Holds the answer for as long as it is asked to, then gives it. */
const held =
  (clock: () => { after(ms: number, run: () => void): () => void }, answer: Response) =>
  ({ path }: Asked): Promise<Response> =>
    new Promise((resolve) => clock().after(1000 * Number(/wait=(\d+)/.exec(path)?.[1] ?? 0), () => resolve(answer.clone())))

describe('done', () => {
  it('holds a long poll and gives the last document', async () => {
    const { client, asked } = scripted(completed)
    const handle = client.jobs.handle('job_1')
    expect(handle.document).toBeNull()
    expect(await handle.done()).toMatchObject({ status: 'completed', result: { sum: 1 } })
    expect(handle.document?.status).toBe('completed')
    expect(asked.map(({ path }) => path)).toEqual(['/v1/jobs/job_1?wait=25'])
  })

  it('asks with the ETag it knows, and rests as Retry-After says', async () => {
    const notModified = json(304, null, { etag: '"a"', 'retry-after': '3' })
    const { client, clock, asked } = scripted(running('a', 12), notModified, running('b', 1), completed)
    await passing(clock, client.jobs.handle('job_1').done())
    expect(asked.map(({ at }) => at)).toEqual([0, 12_000, 15_000, 16_000])
    expect(asked.map(({ headers }) => headers.get('if-none-match'))).toEqual([null, '"a"', '"a"', '"b"'])
  })

  it('asks nothing more of a job that is known to have ended', async () => {
    const { client, asked } = scripted(json(202, job({ status: 'completed' })))
    const handle = await client.jobs.submit('report')
    expect((await handle.done({ throw: true })).status).toBe('completed')
    expect(asked).toHaveLength(1)
  })

  it('gives a bad end as it is, and throws it only when asked to', async () => {
    const done = (answer: Response, options = {}) => scripted(answer).client.jobs.handle('job_1').done(options)
    expect((await done(failed)).error?.code).toBe('no_paper')
    expect((await done(canceled, { throw: false })).status).toBe('canceled')
    const failure = await done(failed, { throw: true }).catch((error) => error)
    expect(failure).toBeInstanceOf(JobFailed)
    expect(failure).toMatchObject({ name: 'JobFailed', code: 'no_paper', document: { id: 'job_1' } })
    expect(failure.message).toBe('job_1 failed: no_paper: There is no paper.')
    await expect(done(canceled, { throw: true })).rejects.toBeInstanceOf(JobCanceled)
    expect((await done(completed, { throw: true })).status).toBe('completed')
  })

  it('gives the document as it is when the time is up, and throws only when asked to', async () => {
    const at = async (timeoutMs: number, options = {}) => {
      const service = scripted((asked) => held(() => service.clock, running('a'))(asked))
      const done = service.client.jobs.handle('job_1').done({ timeoutMs, ...options })
      const result = await passing(service.clock, done).catch((error) => error)
      return { result, paths: service.asked.map(({ path }) => path), ended: service.clock.monotonic(), pending: service.clock.pending() }
    }
    const short = await at(7_000)
    expect(short).toMatchObject({ result: { status: 'running' }, paths: ['/v1/jobs/job_1?wait=7'], pending: 0 })
    expect(short.ended).toBeLessThanOrEqual(8_000)
    const thrown = (await at(7_000, { throw: true })).result
    expect(thrown).toBeInstanceOf(WaitTimeout)
    expect(thrown).toMatchObject({ timeoutMs: 7_000, document: { status: 'running' } })
    // A time-out below a second cannot be held: the job is looked at when it begins and when it ends.
    expect((await at(400)).paths).toEqual(['/v1/jobs/job_1', '/v1/jobs/job_1'])
    expect((await at(0)).paths).toEqual(['/v1/jobs/job_1'])
    expect((await at(60_000)).paths.map((path) => path.split('=')[1])).toEqual(['25', '25', '8'])
  })

  it('ends in time when nothing is answered', async () => {
    const { client, clock } = scripted(json(202, job({ status: 'pending' })), never)
    const handle = await client.jobs.submit('report')
    expect((await passing(clock, handle.done({ timeoutMs: 5_000 }))).status).toBe('pending')
    expect(clock.monotonic()).toBeLessThanOrEqual(8_000)
  })

  it('goes on over failures that pass, however long Retry-After is, within its budget', async () => {
    const { client, clock, asked } = scripted(
      connectionRefused,
      problem(429, 'rate_limited', { 'retry-after': '20' }),
      problem(503, 'overloaded', { 'retry-after': '9' }),
      new Response('', { status: 504 }),
      completed,
    )
    expect((await passing(clock, client.jobs.handle('job_1').done())).status).toBe('completed')
    expect(asked.map(({ at }) => at)).toEqual([0, 500, 20_500, 29_500, 33_500])
    expect(asked.map(({ path }) => path.split('=')[1])).toEqual(['25', '12', '6', '5', '5'])
  })

  it('tells a service that stays away', async () => {
    const { client, clock } = scripted(connectionRefused)
    await expect(passing(clock, client.jobs.handle('job_1').done())).rejects.toMatchObject({ code: 'network_error' })
    expect(clock.monotonic()).toBeGreaterThan(60_000)
  })

  it.each([401, 403, 404, 410])('tells a %i at once', async (status) => {
    await expect(scripted(problem(status, 'gone')).client.jobs.handle('job_1').done()).rejects.toMatchObject({ status })
  })

  it('ends with the reason of its signal', async () => {
    const leaving = new AbortController()
    const { client, clock } = scripted(never)
    const done = client.jobs.handle('job_1').done({ signal: leaving.signal })
    done.catch(() => {})
    await settle()
    leaving.abort(new Error('enough'))
    await expect(done).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
    await expect(client.jobs.handle('job_1').done({ signal: leaving.signal })).rejects.toThrow('enough')
  })
})
