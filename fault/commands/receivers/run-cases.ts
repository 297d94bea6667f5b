/** Every row once: one delivery each, all at the same time, and what must come of it. */
import type { Api } from '../../../test/support/api.ts'
import { checkCase, type Row, type Seen } from './case.ts'
import { WAIT_MS } from './contract-cases.ts'
import type { CaseOutcome } from './outcome.ts'
import { closeTargets, openTargets, submitTo, type Target, TIMEOUT_MS, withService } from './setup.ts'

/** One wait: two tries. */
const LIMITS = { timeoutMs: TIMEOUT_MS, slackMs: 2_000, tries: 2 }
/** Both tries and their wait take half of it. */
const PATIENCE_MS = 5000

export async function runTable(rows: readonly Row[], preload: readonly URL[] = []): Promise<CaseOutcome[]> {
  const targets = await openTargets(rows)
  try {
    return await withService({ CALLBACK_RETRY_SCHEDULE: `${WAIT_MS}ms` }, preload, ({ api }) =>
      Promise.all(targets.map((target) => runRow(api, target))),
    )
  } finally {
    await closeTargets(targets)
  }
}

async function runRow(api: Api, { row, receiver, url }: Target): Promise<CaseOutcome> {
  const jobId = await submitTo(api, url(0))
  const enough = (document: { callback: { status: string; attempts: number } }) =>
    document.callback.status !== 'pending' || (row.expect.end === 'waiting' && document.callback.attempts === 1)
  await api.jobUntil(jobId, enough, PATIENCE_MS).catch(() => {})
  const [{ id }] = (await api.call('GET', `/v1/deliveries?job_id=${jobId}`)).json.data
  const delivery = (await api.call('GET', `/v1/deliveries/${id}`)).json
  const seen: Seen = {
    status: delivery.status,
    reason: delivery.reason,
    nextAttemptAt: delivery.next_attempt_at,
    attempts: delivery.attempt_log,
    requests: receiver.requests,
  }
  const longestMs = Math.max(0, ...seen.attempts.map((attempt) => attempt.ms))
  return { id: row.id, name: row.name, longestMs, faults: checkCase(row, seen, LIMITS) }
}
