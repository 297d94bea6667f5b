import { expect, it } from 'vitest'
import { describeLine } from '../../src/dev/describe-line.ts'

const line = (fields: object) =>
  describeLine(JSON.stringify({ level: 30, time: 1_700_000_000_000, pid: 1, hostname: 'h', ...fields })).text?.slice(10) ?? null

it.each([
  [
    { msg: 'job run', type: 'a', job: 'job_1', attempt: 2, ms: 7, status: 'completed', error: null },
    'a  job_1  attempt 2  7 ms  completed',
  ],
  [
    { msg: 'job run', type: 'a', job: 'job_1', attempt: 1, ms: 7, status: 'failed', error: 'timeout' },
    'a  job_1  attempt 1  7 ms  failed (timeout)',
  ],
  [
    { msg: 'job run', type: 'a', job: 'job_1', attempt: 1, ms: 7, status: 'pending', error: 'handler_failed' },
    'a  job_1  attempt 1  7 ms  failed (handler_failed), tried again',
  ],
  [
    { msg: 'job run', type: 'a', job: 'job_1', attempt: 1, ms: 7, status: 'pending', error: null },
    'a  job_1  attempt 1  7 ms  handed back',
  ],
  [{ level: 20, msg: 'job progress', type: 'a', job: 'job_1', attempt: 1, percent: 40, stage: 'load' }, 'a  job_1  attempt 1  40 %  load'],
  [
    { msg: 'callback attempt', job: 'job_1', attempt: 1, ms: 3, http_status: 204, error: null, status: 'delivered' },
    'callback  job_1  attempt 1  3 ms  204  delivered',
  ],
  [{ level: 40, msg: 'a word of the handler', job: 'job_1', fields: { n: 1 } }, '! a word of the handler  job=job_1  fields={"n":1}'],
  [
    { level: 50, msg: 'a turn failed', lane: 'a', error: { type: 'TypeError', message: 'no such thing', stack: '    at x' } },
    '! a turn failed  lane=a  error=TypeError: no such thing',
  ],
  [
    { msg: 'job progress', type: 'a.b', job: 'job_1', attempt: 1, percent: 5, stage: 'x\u001b[2J' },
    'a.b  job_1  attempt 1  5 %  x\\u001b[2J',
  ],
  [{ msg: 'stopping', signal: 'SIGTERM' }, null],
  [{ level: 20, msg: 'of no interest' }, null],
])('%j is told as %s', (fields, words) => {
  expect(line(fields)).toBe(words)
})

it('what is not of the log is passed on as it is', () => {
  expect(describeLine('  docs http://x/docs')).toEqual({ text: '  docs http://x/docs', url: null, isBanner: true })
  expect(describeLine('{"no":"log line"}')).toMatchObject({ text: '{"no":"log line"}' })
})
