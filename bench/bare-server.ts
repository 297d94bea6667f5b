/**
 * The bare limit of `accept` and `status`: a hono server that authenticates, validates and answers the same as Ringback,
 * with the same schema and the same document, and stores nothing.
 */
import { endRun } from '../src/domain/end-run.ts'
import { type CompletedJob, type NewJob, newJob, startJob } from '../src/domain/job.ts'
import type { JobView } from '../src/domain/job-view.ts'
import { systemIds } from '../src/runtime/ids.ts'
import { jobDocument, jobEtag, NO_ESTIMATE } from '../src/wire/documents/job.ts'
import { SubmitJob } from '../src/wire/schemas/submit-job.ts'
import { createBareApp, listen } from './bare-app.ts'
import { answerParent } from './child.ts'

export interface BareServerOrder {
  key: string
}

answerParent(({ key }: BareServerOrder) => start(key))

const RESULT = Buffer.from('{"done":true}')
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' }

async function start(key: string): Promise<{ port: number }> {
  let publicUrl = ''
  const settings = { publicUrl: () => publicUrl, retentionMs: 30 * 24 * 3_600_000 }
  const app = createBareApp(key)

  app.post('/v1/jobs', async (c) => {
    const parsed = SubmitJob.safeParse(await c.req.json())
    if (!parsed.success) return c.json({ code: 'invalid_request' }, 422)
    const { type, callback_url: url, run_at: runAt } = parsed.data
    const callback = url ? { url, events: ['job.completed', 'job.failed', 'job.canceled'] as const, headers: {} } : null
    const job = newJob({ ...describe(type), callback, runAt: runAt ? Date.parse(String(runAt)) : null }, Date.now(), null)
    const document = jobDocument(viewOf(job), NO_ESTIMATE, settings)
    const statusUrl = `${settings.publicUrl}/v1/jobs/${job.id}`
    return c.body(document, 202, { ...JSON_HEADERS, location: statusUrl, link: `<${statusUrl}>; rel="monitor"`, 'retry-after': '1' })
  })

  const done = finishedJob()
  app.get('/v1/jobs/:id', (c) => {
    const view = { ...viewOf({ ...done, id: c.req.param('id') }), inlineResult: RESULT, settledAt: done.finishedAt }
    return c.body(jobDocument(view, NO_ESTIMATE, settings), 200, { ...JSON_HEADERS, etag: jobEtag(view, false) })
  })

  const { port } = await listen(app)
  publicUrl = `http://127.0.0.1:${port}`
  return { port }
}

function describe(type: string): NewJob {
  return {
    id: systemIds.next('job'),
    tenantId: 'tnt_default',
    type,
    priority: 0,
    tags: [],
    metadata: {},
    callback: null,
    traceparent: null,
    runAt: null,
    timeoutMs: 600_000,
    maxAttempts: 3,
    rerunOf: null,
  }
}

function finishedJob(): CompletedJob {
  const now = Date.now()
  const running = startJob(newJob(describe('bench.noop'), now, null), 'bench.2', now)
  return endRun(running, { kind: 'completed', result: { kind: 'json', bytes: RESULT } }, now + 1, 0) as CompletedJob
}

function viewOf(job: JobView['job']): JobView {
  return { job, progress: null, progressRevision: 0, settledAt: null, inlineResult: null, callbackDelivery: null }
}
