import { describe, expect, it } from 'vitest'
import type { JobDocument } from '../../src/client/index.ts'
import { settle } from '../support/clock.ts'
import { type Asked, connectionRefused, job, json, never, passing, problem, type Scripted, scripted } from './scripted-service.ts'

const progress = (percent: number) => ({ percent, stage: null, message: null, steps: [] })
const frame = (event: string, data: unknown, id: string) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
const progressFrame = (percent: number) =>
  `event: progress\ndata: ${JSON.stringify({ id: 'job_1', progress: progress(percent), estimated_completion_at: null })}\n\n`
const completed = job({ status: 'completed', progress: progress(100) })

/** A stream whose pieces are handed on one by one. Without `ends` it stays open. */
function stream(pieces: readonly string[], { ends = true, type = 'text/event-stream' } = {}): Scripted {
  return () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
          if (ends) controller.close()
        },
      }),
      { headers: { 'content-type': type } },
    )
}

async function seen(watch: AsyncIterable<JobDocument>): Promise<string[]> {
  const states: string[] = []
  for await (const { status, progress: at } of watch) states.push(`${status} ${at?.percent ?? '-'}`)
  return states
}

const wants = ({ path, headers }: Asked) => (path.endsWith('/events') ? `stream ${headers.get('last-event-id') ?? '-'}` : path)

describe('watch', () => {
  it('yields every status and progress of the stream, and ends with the job', async () => {
    const pieces = [
      'retry: 2000\n\n',
      frame('status', job(), 'a'),
      progressFrame(20),
      ':\n\n',
      progressFrame(60),
      frame('completed', completed, 'b'),
    ]
    const { client, clock, asked } = scripted(stream(pieces, { ends: false }))
    const handle = client.jobs.handle('job_1')
    expect(await seen(handle.watch())).toEqual(['running -', 'running 20', 'running 60', 'completed 100'])
    expect(handle.document).toEqual(completed)
    expect(asked.map(wants)).toEqual(['stream -'])
    expect(asked[0]?.headers.get('accept')).toBe('text/event-stream')
    expect(clock.pending()).toBe(0)
  })

  it('goes on from the last id when the stream is cut, after the time the stream asked for', async () => {
    const { client, clock, asked } = scripted(
      stream(['retry: 3000\n\n', frame('status', job(), 'a'), progressFrame(20)]),
      stream(['retry: 3000\n\n', frame('failed', job({ status: 'failed' }), 'b')]),
    )
    expect(await passing(clock, seen(client.jobs.handle('job_1').watch()))).toEqual(['running -', 'running 20', 'failed -'])
    expect(asked.map(wants)).toEqual(['stream -', 'stream a'])
    expect(asked[1]?.at).toBe(3_000)
  })

  it('takes a stream that fell silent for one that is cut', async () => {
    const { client, clock, asked } = scripted(
      stream([frame('status', job(), 'a')], { ends: false }),
      stream([frame('completed', completed, 'b')]),
    )
    expect(await passing(clock, seen(client.jobs.handle('job_1').watch()))).toEqual(['running -', 'completed 100'])
    expect(asked[1]?.at).toBe(47_000)
  })

  it.each<[string, Scripted, number]>([
    ['is not there', problem(404, 'not_found'), 0],
    ['is not allowed', problem(405, 'method_not_allowed'), 0],
    ['is one too many', problem(429, 'rate_limited', { 'retry-after': '60' }), 0],
    ['has ended before', new Response(null, { status: 204 }), 0],
    ['has another type', stream([frame('status', job(), 'a')], { type: 'text/html' }), 0],
    ['is held back by a proxy, headers and all', never, 5_000],
    ['is held back by a proxy', stream([], { ends: false }), 5_000],
    ['is empty', stream([]), 0],
    ['is no JSON', stream(['event: status\ndata: {"id\n\n'], { ends: false }), 0],
  ])('polls where the stream %s', async (_what, refused, after) => {
    const one = json(200, job({ progress: progress(10) }), { etag: '"1"', 'retry-after': '50' })
    const two = json(200, job({ progress: progress(50) }), { etag: '"2"', 'retry-after': '20' })
    const same = json(304, null, { 'retry-after': '20' })
    const { client, clock, asked } = scripted(refused, one, two, same, json(200, completed))
    expect(await passing(clock, seen(client.jobs.handle('job_1').watch()))).toEqual(['running 10', 'running 50', 'completed 100'])
    expect(asked.map(wants)).toEqual([
      'stream -',
      '/v1/jobs/job_1',
      '/v1/jobs/job_1?wait=25',
      '/v1/jobs/job_1?wait=25',
      '/v1/jobs/job_1?wait=25',
    ])
    expect(asked.map(({ headers }) => headers.get('if-none-match'))).toEqual([null, null, '"1"', '"2"', '"2"'])
    expect(asked.slice(1).map(({ at }) => at - after)).toEqual([0, 1_000, 2_000, 3_000])
  })

  it('polls when the service does not come back, and does not tell twice what the stream has told', async () => {
    const { client, clock, asked } = scripted(
      stream([frame('status', job(), 'a')]),
      connectionRefused,
      connectionRefused,
      connectionRefused,
      json(200, job({ estimated_completion_at: '2026-01-01T00:00:09.000Z' }), { etag: '"1"' }),
      json(200, completed),
    )
    expect(await passing(clock, seen(client.jobs.handle('job_1').watch()))).toEqual(['running -', 'completed 100'])
    expect(asked.map(wants).slice(3)).toEqual(['/v1/jobs/job_1', '/v1/jobs/job_1', '/v1/jobs/job_1?wait=25'])
  })

  it('tells what the poll refuses', async () => {
    const { client } = scripted(problem(404, 'not_found'))
    await expect(seen(client.jobs.handle('job_1').watch())).rejects.toMatchObject({ status: 404, code: 'not_found' })
  })

  it('lets go of the stream when the loop is left', async () => {
    let canceled = false
    const endless = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode(frame('status', job(), 'a'))),
          cancel: () => {
            canceled = true
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      )
    const { client, clock } = scripted(endless)
    for await (const _ of client.jobs.handle('job_1').watch()) break
    await settle()
    expect([canceled, clock.pending()]).toEqual([true, 0])
  })

  it('ends with the reason of its signal', async () => {
    const leaving = new AbortController()
    const { client, clock } = scripted(stream([frame('status', job(), 'a')], { ends: false }))
    const watching = seen(client.jobs.handle('job_1').watch({ signal: leaving.signal }))
    watching.catch(() => {})
    await settle()
    leaving.abort(new Error('enough'))
    await expect(watching).rejects.toThrow('enough')
    expect(clock.pending()).toBe(0)
  })
})
