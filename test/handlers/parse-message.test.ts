import { expect, test } from 'vitest'
import { parseMessage } from '../../src/handlers/host/parse-message.ts'

const FAILURE = { code: 'no_stock', message: 'sold out', retryable: false, details: { left: [0, null, true] } }
const INTERNAL = { name: 'Error', message: 'm', stack: '    at x' }
const BYTES = new Uint8Array([1])
const ended = (outcome: unknown) => ({ kind: 'ended', run: 7, outcome, returned: true })

test.each<[string, object]>([
  ['a module that is loaded', { kind: 'loading', file: '/a.ts' }],
  ['a module that is refused', { kind: 'refused', file: '/a.ts', reason: 'why' }],
  [
    'reports',
    {
      kind: 'reports',
      run: 0,
      reports: [
        { kind: 'progress', percent: 50, message: null },
        { kind: 'step', name: 'a', status: 'failed' },
      ],
    },
  ],
  ['a cut', { kind: 'reports', run: 0, reports: [{ kind: 'cut', what: 'steps', count: 3 }] }],
  ['a line', { kind: 'log', run: null, level: 'info', message: 'm', fields: { a: 1 } }],
  ['a JSON result', ended({ kind: 'completed', result: { kind: 'json', bytes: BYTES } })],
  ['content', ended({ kind: 'completed', result: { kind: 'content', bytes: BYTES, contentType: 'text/csv' } })],
  ['a location', ended({ kind: 'completed', result: { kind: 'location', url: 'https://files.example/1' } })],
  ['a failure', ended({ kind: 'failed', failure: FAILURE })],
  ['a failure with its original', ended({ kind: 'failed', failure: { ...FAILURE, internal: INTERNAL } })],
  ['a handler that returned late', { kind: 'returned', run: 1 }],
  ['an error of nobody', { kind: 'unhandled_error', file: null, error: { name: 'Error', message: 'x', stack: '' } }],
  ['a full thread', { kind: 'full', bytes: 1 }],
  [
    'checks',
    {
      kind: 'checked',
      answers: [
        { check: 1, faults: [{ pointer: '/a', detail: 'd' }] },
        { check: 2, error: { type: 'Error', stack: '' } },
      ],
    },
  ],
])('%s is taken as it is, without what does not belong to it', (_, message) => {
  expect(parseMessage({ ...message, more: () => {} })).toEqual(message)
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'hello'],
  ['a list', [1]],
  ['what a watch mode posts', { 'watch:import': ['file:///a.ts'] }],
  ['a kind nobody knows', { kind: 'hello', run: 7 }],
  ['a line without a level of ours', { kind: 'log', run: null, level: 'fatal', message: 'm', fields: null }],
  ['an end of no run', { kind: 'ended', run: 'first', outcome: { kind: 'failed', failure: FAILURE } }],
  ['a late return of no run', { kind: 'returned', run: 'x' }],
])('%s is passed over', (_, message) => {
  expect(parseMessage(message)).toBeNull()
})

test.each<[string, unknown]>([
  ['no outcome', ended(undefined)],
  ['an outcome that only we may give', ended({ kind: 'worker_lost' })],
  ['a result without bytes', ended({ kind: 'completed', result: { kind: 'json', bytes: 'x' } })],
  ['a media type that is none', ended({ kind: 'completed', result: { kind: 'content', bytes: BYTES, contentType: 'text/csv\r\nx: y' } })],
  ['a location that is no URL', ended({ kind: 'completed', result: { kind: 'location', url: 'javascript:1' } })],
  ['a numeric code', ended({ kind: 'failed', failure: { ...FAILURE, code: 404 } })],
  ['retryable as a word', ended({ kind: 'failed', failure: { ...FAILURE, retryable: 'no' } })],
  ['a message that is no text', ended({ kind: 'failed', failure: { ...FAILURE, message: null } })],
  ['details that JSON does not have', ended({ kind: 'failed', failure: { ...FAILURE, details: { n: 1n } } })],
  ['details that JSON empties', ended({ kind: 'failed', failure: { ...FAILURE, details: [new Map()] } })],
  ['an original that is none', ended({ kind: 'failed', failure: { ...FAILURE, internal: 'secret' } })],
  ['a step named by a number', { kind: 'reports', run: 7, reports: [{ kind: 'step', name: 7, status: 'running' }] }],
  ['a progress that is no number', { kind: 'reports', run: 7, reports: [{ kind: 'progress', percent: Number.NaN, message: null }] }],
  ['a line whose fields are a text', { kind: 'log', run: 7, level: 'info', message: 'm', fields: 'x' }],
])('%s ends the run as a failed attempt', (_, message) => {
  expect(parseMessage(message)).toEqual({
    kind: 'ended',
    run: 7,
    returned: expect.any(Boolean),
    outcome: {
      kind: 'failed',
      failure: {
        code: 'handler_failed',
        message: 'The handler failed.',
        retryable: true,
        details: null,
        internal: { name: 'BadMessage', message: expect.stringContaining('cannot be read'), stack: '' },
      },
    },
  })
})
