/** Every behaviour once, and what must come of it. */
import type { Api } from '../../../test/support/api.ts'
import { type Behaviour, faultsOf, type Limits, type Outcome, type Seen } from './behaviour.ts'
import { closeTargets, openTargets, submitTo, type Target, TIMEOUT_MS, withService } from './setup.ts'

/** CALLBACK_RETRY_SCHEDULE: the one wait between two attempts, milliseconds. */
const WAIT_MS = 200
/** What an attempt may take beyond its deadline, milliseconds. */
const SLACK_MS = 400
/** With a deadline's length, it ends a wait for attempts that never end. */
const GIVE_UP_MS = 15_000
/** No attempt that makes progress takes so long on a busy machine. */
const UNHURRIED_MS = 60_000

/** The word by which a process in a namespace is told to run unhurried. */
export const UNHURRIED = 'unhurried'

export interface RunOptions {
  /** CALLBACK_TIMEOUT; one second when absent. */
  timeoutMs?: number
  /** 400 ms when absent. */
  slackMs?: number
  preload?: readonly URL[]
}

/** One delivery each, all at the same time. */
export async function runOnce(
  behaviours: readonly Behaviour[],
  { timeoutMs = TIMEOUT_MS, slackMs = SLACK_MS, preload = [] }: RunOptions = {},
): Promise<Outcome[]> {
  // One wait: two attempts.
  const limits = { timeoutMs, slackMs, attempts: 2 }
  const env = { CALLBACK_RETRY_SCHEDULE: `${WAIT_MS}ms`, CALLBACK_TIMEOUT: `${timeoutMs}ms` }
  const targets = await openTargets(behaviours)
  try {
    return await withService(env, preload, ({ api }) => Promise.all(targets.map((target) => runOne(api, target, limits))))
  } finally {
    await closeTargets(targets)
  }
}

/**
 * The same on a machine that others keep busy: who holds a request to its deadline has one of a second, and nobody beside whose work
 * delays it; the rest have a deadline that only a delivery that hangs can reach.
 */
export async function runOnceUnhurried(behaviours: readonly Behaviour[]): Promise<Outcome[]> {
  const held = await runOnce(
    behaviours.filter(({ holds }) => holds),
    { slackMs: UNHURRIED_MS },
  )
  const others = await runOnce(
    behaviours.filter(({ holds }) => !holds),
    { timeoutMs: UNHURRIED_MS },
  )
  return [...held, ...others]
}

async function runOne(api: Api, { behaviour, receiver, url }: Target, limits: Limits): Promise<Outcome> {
  const jobId = await submitTo(api, url(0))
  await api.jobUntil(jobId, (document) => document.callback.status !== 'pending', limits.timeoutMs + GIVE_UP_MS).catch(() => {})
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
