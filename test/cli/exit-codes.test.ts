import { expect, test } from 'vitest'
import { job, json, problem, type RunOptions, run } from './program.ts'

const JOB = '/v1/jobs/job_1'
const failed = job({ status: 'failed', error: { code: 'out_of_paper', message: 'no \u001b[31mpaper', retryable: false, details: null } })
const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:3000') })

const CASES: readonly [code: number, what: string, options: RunOptions, words?: string][] = [
  [0, 'a submitted job', { args: ['jobs', 'submit', 'mail.send'], answers: { '/v1/jobs': [json(202, job())] } }],
  [
    0,
    'a job that completes while it is waited for',
    {
      args: ['jobs', 'submit', 'mail.send', '--wait'],
      answers: { '/v1/jobs': [json(202, job())], [JOB]: [json(200, job({ status: 'completed' }))], [`${JOB}/result`]: [json(200, '17')] },
    },
  ],
  [0, 'a cancel that must wait for the handler', { args: ['jobs', 'cancel', 'job_1'], answers: { [`${JOB}/cancel`]: [json(202, job())] } }],
  [0, 'a failed job that is only looked at', { args: ['jobs', 'get', 'job_1'], answers: { [JOB]: [json(200, failed)] } }],
  [0, 'a discarded delivery', { args: ['deliveries', 'discard', 'dlv_1'], answers: { '/v1/deliveries/dlv_1': [json(204, '')] } }],
  [
    1,
    'a service that is not there',
    { args: ['jobs', 'get', 'job_1'], answers: { [JOB]: [refused] } },
    'no answer from http://ringback.test',
  ],
  [1, 'a wait for a service that is not there', { args: ['jobs', 'wait', 'job_1'], answers: { [JOB]: [refused] } }, 'RINGBACK_URL'],
  [1, 'a conflict', { args: ['jobs', 'cancel', 'job_1'], answers: { [`${JOB}/cancel`]: [problem(409, 'already_finished')] } }],
  [1, 'a job that is refused', { args: ['jobs', 'submit', 'x'], answers: { '/v1/jobs': [problem(422, 'unknown_job_type')] } }],
  [2, 'a payload that is no JSON', { args: ['jobs', 'submit', 'x', '--payload', '{'] }, '--payload is no JSON'],
  [2, 'a payload that is not there', { args: ['jobs', 'submit', 'x', '--payload', '@/nonexistent/file'] }, 'cannot be read'],
  [2, 'a service that no client can ask', { args: ['jobs', 'list'], env: { RINGBACK_URL: 'ftp://x' } }, 'RINGBACK_URL must be a URL'],
  [2, 'a profile that is not there', { args: ['jobs', 'list', '--profile', 'none'] }, 'ringback login --profile none'],
  [2, 'a replay that nobody confirms', { args: ['dead-letters', 'replay'] }, '--yes'],
  [2, 'a login without a terminal and without a key', { args: ['login'], env: { RINGBACK_API_KEY: '' } }, '--key -'],
  [3, 'a wait for a job that failed', { args: ['jobs', 'wait', 'job_1'], answers: { [JOB]: [json(200, failed)] } }, 'no \\x1b[31mpaper'],
  [
    3,
    'the result of a job that failed',
    { args: ['jobs', 'result', 'job_1'], answers: { [`${JOB}/result`]: [problem(409, 'job_failed')] } },
  ],
  [4, 'a key that is not known', { args: ['jobs', 'list'], answers: { '/v1/jobs': [problem(401, 'unauthorized')] } }, 'ringback login'],
  [4, 'a key without the scope', { args: ['tenants', 'list'], answers: { '/v1/tenants': [problem(403, 'forbidden')] } }],
  [5, 'an unknown job', { args: ['jobs', 'get', 'job_1'], answers: { [JOB]: [problem(404, 'not_found')] } }, 'job_1'],
  [5, 'a job past its retention', { args: ['jobs', 'wait', 'job_1'], answers: { [JOB]: [problem(410, 'gone')] } }],
  [5, 'a purged cursor', { args: ['events', 'tail', '--after', 'evt_1'], answers: { '/v1/events': [problem(410, 'cursor_expired')] } }],
  [
    6,
    'a wait that ends first',
    { args: ['jobs', 'wait', 'job_1', '--timeout', '0'], answers: { [JOB]: [json(200, job({ status: 'running' }))] } },
    'job_1 is still running: ringback jobs wait job_1',
  ],
  [
    7,
    'a wait for a job that was canceled',
    { args: ['jobs', 'wait', 'job_1'], answers: { [JOB]: [json(200, job({ status: 'canceled' }))] } },
  ],
]

test.each(CASES)('%i: %s', async (code, _, options, words = '') => {
  const { ended, clock, stderr } = run(options)
  const settled = ended.then(
    (value) => value,
    // What is refused while it is parsed is a usage too; the program makes 2 of it.
    (error) => (error.name === 'UsageError' ? 2 : Promise.reject(error)),
  )
  await clock.push(100_000)
  expect(await settled).toBe(code)
  expect(stderr()).toContain(words)
})

test('130: Ctrl-C while a job is waited for, which goes on', async () => {
  const held = () => new Promise<Response>(() => {})
  const answers = { [JOB]: [json(200, job({ status: 'running' })), held], [`${JOB}/events`]: [problem(404, 'not_found')] }
  const { ended, clock, interrupt, stderr } = run({ args: ['jobs', 'wait', 'job_1'], answers })
  await clock.push(2_000)
  interrupt()
  expect(await ended).toBe(130)
  expect(stderr()).toContain('job_1 goes on without you')
})

test('130: Ctrl-C while events are handed on', async () => {
  const held = () => new Promise<Response>(() => {})
  const answers = { '/v1/events': [json(200, { data: [], has_more: false, next_cursor: 'evt_1' }), held] }
  const { ended, clock, interrupt } = run({ args: ['events', 'tail'], answers })
  await clock.push(0)
  interrupt()
  expect(await ended).toBe(130)
})

test('with --json an error is the problem document as it came, and nothing else', async () => {
  const { ended, stdout, stderr } = run({ args: ['jobs', 'get', 'job_1', '--json'], answers: { [JOB]: [problem(404, 'not_found')] } })
  expect(await ended).toBe(5)
  expect(stdout()).toBe('')
  expect(JSON.parse(stderr())).toMatchObject({ type: 'about:blank', status: 404, code: 'not_found', request_id: 'req_1' })
})

test('with --json no answer is a problem document as well', async () => {
  const { ended, stderr } = run({ args: ['jobs', 'list', '--json'], answers: { '/v1/jobs': [refused] } })
  expect(await ended).toBe(1)
  expect(JSON.parse(stderr())).toMatchObject({ code: 'network_error', status: 0 })
})
