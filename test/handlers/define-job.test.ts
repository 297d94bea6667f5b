import { expect, test } from 'vitest'
import { content, defineJob, JobError, location, z } from '../../src/index.ts'

const run = (): null => null

test.each([
  ['5m', 300_000],
  ['250ms', 250],
  [1500, 1500],
  ['24d', 24 * 24 * 3600_000],
])('a timeout of %s is %d ms', (timeout, ms) => {
  expect(defineJob({ type: 'a', timeout, run }).timeoutMs).toBe(ms)
})

test.each<[string, object]>([
  ['type', { type: '' }],
  ['type', { type: 'two words' }],
  ['type', { type: 'x'.repeat(129) }],
  ['type', { type: 7 }],
  ['input', { input: { type: 'object' } }],
  ['timeout', { timeout: '5' }],
  ['timeout', { timeout: '5 m' }],
  ['timeout', { timeout: 0 }],
  ['timeout', { timeout: 1.5 }],
  ['timeout', { timeout: '25d' }],
  ['timeout', { timeout: Number.NaN }],
  ['maxAttempts', { maxAttempts: 0 }],
  ['concurrency', { concurrency: 2.5 }],
  ['steps', { steps: 'read' }],
  ['steps', { steps: [''] }],
  ['steps', { steps: ['a', 'a'] }],
  ['run', { run: 'later' }],
  ['"retries"', { retries: 3 }],
])('a bad %s is refused by name: %j', (name, options) => {
  expect(() => defineJob({ type: 'a', run, ...options } as Parameters<typeof defineJob>[0])).toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(name) }),
  )
})

test('the input of run has the type of the schema', () => {
  const job = defineJob({ type: 'a', input: z.object({ n: z.coerce.number() }), run: ({ n }) => n.toFixed(1) })
  expect(job.run({ n: 2 }, {} as never)).toBe('2.0')
})

test('a JobError is retryable unless it says otherwise', () => {
  expect(new JobError('a', 'b')).toMatchObject({ code: 'a', message: 'b', retryable: true, details: null })
  expect(new JobError('a', 'b', { retryable: false, details: [1] })).toMatchObject({ retryable: false, details: [1] })
})

test.each(['/files/1', 'javascript:alert(1)', 'ftp://files.example/1', '', `https://files.example/${'x'.repeat(8200)}`])(
  'location refuses %.30s',
  (url) => {
    expect(() => location(url)).toThrow(TypeError)
  },
)

test.each(['', 'csv', 'text/csv\r\nset-cookie: a=b', 'text/ csv', `text/${'x'.repeat(300)}`])('content refuses the type %.30j', (type) => {
  expect(() => content('a', type)).toThrow(TypeError)
})

test('content refuses what is neither bytes nor a text', () => {
  expect(() => content({} as string, 'text/plain')).toThrow(TypeError)
})
