/** A service that answers as it is told, asked without a network and by a clock that is pushed. */
import { type Client, createClientOver } from '../../src/client/client.ts'
import type { JobDocument } from '../../src/client/index.ts'
import { type TestClock, testClock } from '../support/clock.ts'

export interface Asked {
  method: string
  /** With its query. */
  path: string
  headers: Headers
  body: string | null
  /** Milliseconds since the test began. */
  at: number
  signal: AbortSignal | undefined
}

/** An answer, no answer at all, or one that is made when it is asked for. */
export type Scripted = Response | Error | ((asked: Asked) => Response | Promise<Response>)

export interface ScriptedService {
  client: Client
  clock: TestClock
  asked: Asked[]
}

/** Gives the answers in turn, and the last one for ever. */
export function scripted(...answers: Scripted[]): ScriptedService {
  const clock = testClock()
  const asked: Asked[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url)
    const request: Asked = {
      method: init.method ?? 'GET',
      path: `${pathname}${search}`,
      headers: new Headers(init.headers),
      body: (init.body as string | undefined) ?? null,
      at: clock.monotonic(),
      signal: init.signal ?? undefined,
    }
    asked.push(request)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    if (answer === undefined) throw new Error('nothing was scripted')
    return typeof answer === 'function' ? answer(request) : answer.clone()
  }
  const time = { now: clock.now, monotonic: clock.monotonic, after: clock.after, random: () => 0 }
  const client = createClientOver({ url: 'http://ringback.test/', key: 'key-1', fetch, headers: {}, time })
  return { client, clock, asked }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = status === 204 || status === 304 ? null : JSON.stringify(body)
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } })
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json(status, { type: 'about:blank', title: code, status, detail: `it is ${code}`, code, request_id: 'req_1' }, headers)
}

/** An answer that is never given: it ends with the signal, as `fetch` does. */
export function never({ signal }: Asked): Promise<Response> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}

export const connectionRefused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })

export function job(members: Partial<JobDocument> = {}): JobDocument {
  return {
    id: 'job_1',
    type: 'report',
    status: 'running',
    status_url: 'http://ringback.test/v1/jobs/job_1',
    result_url: 'http://ringback.test/v1/jobs/job_1/result',
    cancel_url: 'http://ringback.test/v1/jobs/job_1/cancel',
    created_at: '2026-01-01T00:00:00.000Z',
    run_at: null,
    started_at: null,
    finished_at: null,
    expires_at: null,
    attempt: 1,
    max_attempts: 3,
    next_attempt_at: null,
    cancel_requested: false,
    overdue: false,
    progress: null,
    estimated_completion_at: null,
    queue_position: null,
    result: null,
    error: null,
    result_type: null,
    result_bytes: null,
    callback: null,
    rerun_of: null,
    tags: [],
    metadata: {},
    ...members,
  }
}

/** The promise with whether it has settled: for pushing a clock until it has. */
function watched<T>(promise: Promise<T>): { promise: Promise<T>; settled: () => boolean } {
  let settled = false
  const end = () => {
    settled = true
  }
  promise.then(end, end)
  return { promise, settled: () => settled }
}

/** Pushes the clock, a second at a time, until the promise settles. */
export async function passing<T>(clock: TestClock, promise: Promise<T>, seconds = 600): Promise<T> {
  const { settled } = watched(promise)
  for (let passed = 0; !settled() && passed < seconds; passed++) await clock.push(1_000)
  if (!settled()) throw new Error(`not settled after ${seconds} s`)
  return promise
}
