/** Jobs of every kind and end, with a canary in all they carry and in all that comes of them. */
import type { Answer } from '../../../test/support/api.ts'
import type { Ask } from './client.ts'
import type { Setup } from './setup.ts'

const TRACE_SPAN = '00f067aa0ba902b7'

export interface PlantedJobs {
  /** Has completed. */
  ended: string
  canceled: string
  /** Those that have ended by themselves. */
  all: readonly string[]
}

/** @param refused asks what may be refused: a GET, or a POST of a body */
export async function plantJobs(ask: Ask, refused: (path: string, body?: object) => Promise<Answer>, setup: Setup): Promise<PlantedJobs> {
  const { texts, listener } = setup
  const submit = submitter(ask, setup)
  const doing = (how: string, text: string, more = {}) =>
    submit('canary.do', { how, text, secret: texts.payload, progress: texts.progress }, more)

  const waiting = await doing('wait', '', { callback: null })
  const jobs = await Promise.all([
    doing('return', texts.result, { group: texts['group name'] }),
    doing('content', texts['result as content']),
    doing('location', texts['result elsewhere']),
    doing('throw', texts['plain error message']),
    doing('quote', texts['error that quotes']),
    submit('canary.do', { how: 'refuse', text: texts['error message'], code: texts['error code'], secret: texts.payload }),
    doing('look', ''),
    submit('canary.upstream', { how: 'return', secret: texts.payload }),
    submit('canary.upstream', { how: 'refuse', secret: texts.payload }),
    submit('canary.filed', { how: 'return', secret: texts.payload }),
    // One that is discarded and one that is replayed.
    ...[1, 2].map(() => doing('return', texts.result, { callback: { url: listener.url(`/gone?token=${texts['callback URL query']}`) } })),
  ])
  await Promise.all(jobs.map((id) => untilEnd(ask, id)))
  await untilTried(ask, await doing('return', '', { callback: { url: listener.url(`/later?token=${texts['callback URL query']}`) } }))
  for (const id of jobs) await refused(`/v1/jobs/${id}/result`)
  await ask('answers', 'GET', `/v1/jobs/${waiting}/events`, undefined, { until: texts.progress })
  await ask('answers', 'POST', `/v1/jobs/${waiting}/cancel`)
  await plantRerun(ask, jobs[0] ?? '', setup)
  await plantGroup(ask, setup)
  // Takes its thread, and whatever runs there, along.
  await untilEnd(ask, await submit('canary.do', { how: 'aside', text: texts['payload thrown aside'] }, { callback: null }))
  await refused('/v1/jobs', { type: 'canary.checked', payload: texts['payload that breaks its schema'] })
  return { ended: jobs[0] ?? '', canceled: waiting, all: jobs }
}

/** Of one job, and of those that a filter chooses, which the audit log names. */
async function plantRerun(ask: Ask, job: string, { texts }: Setup): Promise<void> {
  const headers = { 'idempotency-key': `${texts['idempotency key']}-rerun` }
  await untilEnd(ask, (await ask('answers', 'POST', `/v1/jobs/${job}/rerun`, undefined, { headers })).json.id)
  const filter = { tag: texts.tag, error_code: texts['error code'] }
  await ask('answers', 'POST', '/v1/jobs/rerun', { filter, dry_run: true })
  const { rerun } = (await ask('answers', 'POST', '/v1/jobs/rerun', { filter })).json
  if (rerun !== 1) throw new Error(`${rerun} jobs were rerun: the audit log names no filter`)
}

/** Once it is closed and its jobs have ended, the feed tells of it. */
async function plantGroup(ask: Ask, { texts }: Setup): Promise<void> {
  const group = `/v1/groups/${texts['group name']}`
  await ask('answers', 'POST', `${group}/close`)
  await ask('answers', 'GET', group)
}

function submitter(ask: Ask, { texts, listener }: Setup) {
  const callback = { url: listener.url(`/ok?token=${texts['callback URL query']}`), headers: { 'x-hook': texts['callback header'] } }
  const metadata = { plain: texts.metadata, cause: texts['error cause'], details: texts['error details'] }
  const traceparent = `00-${texts.traceparent}-${TRACE_SPAN}-01`
  let submits = 0
  return async (type: string, payload: unknown, more: object = {}): Promise<string> => {
    submits += 1
    const headers = { 'idempotency-key': `${texts['idempotency key']}-${submits}`, traceparent }
    const job = { type, payload, callback, metadata, tags: [texts.tag], ...more }
    return (await ask('answers', 'POST', '/v1/jobs', job, { headers })).json.id
  }
}

async function untilEnd(ask: Ask, id: string): Promise<void> {
  for (;;) {
    const { status, callback } = (await ask('answers', 'GET', `/v1/jobs/${id}?wait=1`)).json
    if (!['pending', 'running'].includes(status) && callback?.status !== 'pending') return
  }
}

/** Its callback waits for another try. */
async function untilTried(ask: Ask, id: string): Promise<void> {
  for (;;) {
    const { callback } = (await ask('answers', 'GET', `/v1/jobs/${id}?wait=1`)).json
    if (callback.attempts > 0 && callback.next_attempt_at !== null) return
  }
}
