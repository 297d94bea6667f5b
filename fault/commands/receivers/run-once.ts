/** Every behaviour once: one delivery each, all at the same time, and what must come of it. */
import type { Api } from '../../../test/support/api.ts'
import { type Behaviour, faultsOf, type Limits, type Outcome, type Seen } from './behaviour.ts'
import { closeTargets, openTargets, submitTo, type Target, TIMEOUT_MS, withService } from './setup.ts'

/** CALLBACK_RETRY_SCHEDULE: the one wait between two attempts, milliseconds. */
const WAIT_MS = 200
/** What an attempt may take beyond its deadline, milliseconds. */
const SLACK_MS = 400
/** It ends a wait for attempts that never end. */
const GIVE_UP_MS = 15_000

export interface RunOptions {
  /** 400 ms when absent. */
  slackMs?: number
  preload?: readonly URL[]
}

export async function runOnce(behaviours: readonly Behaviour[], { slackMs = SLACK_MS, preload = [] }: RunOptions = {}): Promise<Outcome[]> {
  // One wait: two attempts.
  const limits = { timeoutMs: TIMEOUT_MS, slackMs, attempts: 2 }
  const targets = await openTargets(behaviours)
  try {
    return await withService({ CALLBACK_RETRY_SCHEDULE: `${WAIT_MS}ms` }, preload, ({ api }) =>
      Promise.all(targets.map((target) => runOne(api, target, limits))),
    )
  } finally {
    await closeTargets(targets)
  }
}

async function runOne(api: Api, { behaviour, receiver, url }: Target, limits: Limits): Promise<Outcome> {
  const jobId = await submitTo(api, url(0))
  await api.jobUntil(jobId, (document) => document.callback.status !== 'pending', GIVE_UP_MS).catch(() => {})
  const [{ id }] = (await api.call('GET', `/v1/deliveries?job_id=${jobId}`)).json.data
  const delivery = (await api.call('GET', `/v1/deliveries/${id}`)).json
  const seen: Seen = {
    status: delivery.status,
    reason: delivery.reason,
    attempts: delivery.attempt_log,
    requests: receiver.requests,
  }
  const longestMs = Math.max(0, ...seen.attempts.map((attempt) => attempt.ms))
  return { id: behaviour.id, name: behaviour.name, longestMs, faults: faultsOf(behaviour, seen, limits) }
}
