import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/domain/progress.ts'
import { purge } from '../../src/lifecycle/engine/purge.ts'
import { Operation } from '../../src/wire/schemas/operation.ts'
import { until } from '../support/clock.ts'
import { ok, type TestHandler } from '../support/world.ts'
import { type Answer, type AppWorld, appWorld, refusal } from './app-world.ts'

const failure = { code: 'no_stock', message: 'None left.', retryable: false, details: { sku: 7 } }

/** What a stock poller makes of a job: it follows `Operation-Location`, reads the status word, and rests as it is told. */
async function poll(a: AppWorld, submitted: Answer): Promise<{ words: string[]; last: Answer }> {
  const path = (submitted.headers.get('operation-location') ?? '').replace('http://ringback.test', '')
  const words: string[] = []
  for (;;) {
    const answer = await a.ask('GET', path)
    expect(answer.status).toBe(200)
    expect(Operation.strict().parse(answer.json)).toEqual(answer.json)
    words.push(answer.json.status)
    if (['Succeeded', 'Failed', 'Canceled'].includes(answer.json.status)) {
      expect(answer.headers.get('retry-after')).toBeNull()
      return { words: [...new Set(words)], last: answer }
    }
    expect(answer.json).toMatchObject({ result: null, error: null })
    await a.world.clock.push(Number(answer.headers.get('retry-after')) * 1000)
  }
}

const after =
  (a: () => AppWorld, ms: number, outcome: Awaited<ReturnType<TestHandler>>): TestHandler =>
  () =>
    new Promise((resolve) => a().world.clock.after(ms, () => resolve(outcome)))

describe('GET /v1/operations/{id}', () => {
  it.each([
    ['ends well', ok, 'Succeeded', { result: { ok: true }, error: null, percentComplete: 100 }],
    ['fails', { kind: 'failed', failure } as const, 'Failed', { result: null, error: { code: 'no_stock', message: 'None left.' } }],
  ] as const)('leads a poller that knows operations alone to the end of a job that %s', async (_name, outcome, word, document) => {
    await using a: AppWorld = await appWorld({ handlers: { noop: after(() => a, 1_500, outcome) } })
    const submitted = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
    const first = await a.ask('GET', `/v1/operations/${submitted.json.id}`)
    expect(first.json).toMatchObject({ id: submitted.json.id, status: 'NotStarted', createdDateTime: submitted.json.created_at })
    a.world.work()
    const { words, last } = await poll(a, submitted)
    expect(words.at(-1)).toBe(word)
    expect(words).toContain('Running')
    expect(last.json).toMatchObject(document)
  })

  it('says Canceled of a job that was canceled, without an error', async () => {
    await using a = await appWorld()
    const submitted = await a.ask('POST', '/v1/jobs', { body: { type: 'noop' } })
    await a.ask('POST', `/v1/jobs/${submitted.json.id}/cancel`)
    expect((await poll(a, submitted)).last.json).toMatchObject({ status: 'Canceled', result: null, error: null })
  })

  it('says Running of a job that waits for its next attempt, and whole percents of one that tells its progress', async () => {
    let tell: (report: Report) => void = () => {}
    let attempts = 0
    const handlers: Record<string, TestHandler> = {
      noop: (_run, _signal, report) => {
        tell = report
        attempts += 1
        return attempts === 1 ? { kind: 'failed', failure: { ...failure, retryable: true } } : new Promise(() => {})
      },
    }
    await using a = await appWorld({ handlers })
    a.world.work()
    const id = await a.world.submit()
    await until('it waits', async () => ((await a.world.store.jobs.find(id))?.attempt ?? 0) > 0)
    await a.world.clock.push(20)
    expect((await a.ask('GET', `/v1/operations/${id}`)).json).toMatchObject({ status: 'Running', error: null, percentComplete: null })
    await a.world.clock.push(2_000)
    tell({ kind: 'progress', percent: 99.9, message: null })
    await a.world.clock.push(1_000)
    expect((await a.ask('GET', `/v1/operations/${id}`)).json).toMatchObject({ status: 'Running', percentComplete: 99 })
  })

  it('answers 410 for a purged job and 404 for an unknown one', async () => {
    await using a = await appWorld({ settings: { retentionMs: 1_000 } })
    a.world.work()
    const id = await a.world.submit()
    await a.world.clock.push(2_000)
    await purge(a.world)
    expect(refusal(await a.ask('GET', `/v1/operations/${id}`))).toMatchObject({ status: 410, code: 'gone' })
    expect(refusal(await a.ask('GET', '/v1/operations/job_0'))).toMatchObject({ status: 404, code: 'not_found' })
  })
})
