import { expect, test } from 'vitest'
import { bytes, jsonOf, sharedExecutor } from './temp-executor.ts'

const modules: Record<string, string> = {}

/** Adds a module that runs `body` with `input` and `ctx`; returns its type. */
function handler(body: string, options = ''): string {
  const type = `job${Object.keys(modules).length}`
  modules[`${type}.ts`] = `import { content, defineJob, JobError, location, z } from 'ringback'
export default defineJob({ type: '${type}', ${options} async run(input, ctx) { ${body} } })`
  return type
}

const MAX_RESULT = 1024
const shared = sharedExecutor(modules, { maxResult: MAX_RESULT, env: { SHOP_URL: 'http://shop' } })

/** What the tenant is told of a plain error. */
const FAILED = { code: 'handler_failed', message: 'The handler failed.', retryable: true, details: null }

function outcomeOf(type: string) {
  return shared().start(type).outcome
}

const context = handler(
  'return { input, jobId: ctx.jobId, attempt: ctx.attempt, metadata: ctx.metadata, traceparent: ctx.traceparent, ' +
    'raw: new TextDecoder().decode(ctx.rawInput), aborted: ctx.signal.aborted }',
)

test('a handler finds its input, the raw bytes and what the job carries in its context', async () => {
  const { executor } = shared()
  // A view into a larger buffer: only its own bytes may arrive.
  const payload = Buffer.from('xx{"big":12345678901234567890}yy').subarray(2, -2)
  const run = {
    jobId: 'job_7',
    tenantId: 'tnt_default',
    type: context,
    attempt: 2,
    payload,
    metadata: { order: '42' },
    traceparent: '00-abc-def-01',
    timeoutMs: 60_000,
  }
  const outcome = await executor.run(run, new AbortController().signal, () => {})
  expect(outcome).toMatchObject({ kind: 'completed', result: { kind: 'json' } })
  expect(JSON.parse(Buffer.from((outcome as { result: { bytes: Uint8Array } }).result.bytes).toString())).toEqual({
    input: { big: Number('12345678901234567890') },
    jobId: 'job_7',
    attempt: 2,
    metadata: { order: '42' },
    traceparent: '00-abc-def-01',
    raw: '{"big":12345678901234567890}',
    aborted: false,
  })
  expect(payload.toString()).toBe('{"big":12345678901234567890}')
})

const transforming = handler('return input', `input: z.object({ day: z.string().transform((d) => d + '!'), n: z.number().default(7) }),`)

test('the schema transforms the input, and an input that no longer fits fails the job', async () => {
  const { start } = shared()
  expect(await jsonOf(start(transforming, { day: 'monday' }))).toEqual({ day: 'monday!', n: 7 })
  expect(await start(transforming, { day: 1 }).outcome).toMatchObject({
    kind: 'failed',
    failure: { code: 'invalid_payload', retryable: false, details: { errors: [{ pointer: '/day' }] } },
  })
})

const reporting = handler(`ctx.progress(5, 'warming up')
      const read = await ctx.step('read', () => 20)
      ctx.progress(read + 25)
      await ctx.step('write', async () => { throw new Error('disk') }).catch(() => {})
      ctx.progress(250)`)

test('progress and steps are reported in the order in which they happened', async () => {
  const { start } = shared()
  const run = start(reporting)
  await run.outcome
  expect(run.reports).toEqual([
    { kind: 'progress', percent: 5, message: 'warming up' },
    { kind: 'step', name: 'read', status: 'running' },
    { kind: 'step', name: 'read', status: 'completed' },
    { kind: 'progress', percent: 45, message: null },
    { kind: 'step', name: 'write', status: 'running' },
    { kind: 'step', name: 'write', status: 'failed' },
    { kind: 'progress', percent: 100, message: null },
  ])
})

const notANumber = handler('ctx.progress(0 / 0)')

test('progress that is no number fails the attempt', async () => {
  expect(await outcomeOf(notANumber)).toMatchObject({
    failure: { ...FAILED, internal: { message: expect.stringMatching(/0 to 100/) } },
  })
})

const logging = handler(`ctx.log.debug('a'); ctx.log.info('b', { n: 1 }); ctx.log.warn('c', { f() {} }); ctx.log.error('d', { n: 1n })`)

test('a handler logs through the service, with the job beside its own fields', async () => {
  const { start, lines } = shared()
  await start(logging).outcome
  expect(lines.map(({ level, message, fields }) => [level, message, fields.fields])).toEqual([
    ['debug', 'a', undefined],
    ['info', 'b', { n: 1 }],
    ['warn', 'c', {}],
    ['error', 'd', { unserializable: true }],
  ])
  expect(lines[1]?.fields).toMatchObject({ job: 'job_1', type: logging, attempt: 1 })
})

const aborted = handler(`ctx.progress(1)
      const reason = await new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve(ctx.signal.reason.message)))
      const step = await ctx.step('late', () => 'ran').catch((error) => error.name)
      return { reason, step }`)

test('an abort reaches the signal with its reason; no step starts after it', async () => {
  const { start } = shared()
  const run = start(aborted)
  await run.reported(({ kind }) => kind === 'progress')
  run.abort('The run is to stop: cancel.')
  expect(await jsonOf(run)).toEqual({ reason: 'The run is to stop: cancel.', step: 'AbortError' })
  expect(run.reports.filter(({ kind }) => kind === 'step')).toEqual([])
})

const untouched = handler(`throw new Error('ran')`)

test('a run whose signal is aborted before it starts never reaches the handler', async () => {
  const { executor } = shared()
  const run = {
    jobId: 'job_1',
    tenantId: 'tnt_default',
    type: untouched,
    attempt: 1,
    payload: bytes(null),
    metadata: {},
    traceparent: null,
    timeoutMs: 60_000,
  }
  expect(await executor.run(run, AbortSignal.abort(), () => {})).toEqual({ kind: 'handed_back' })
})

test.each([
  ['nothing', handler('return undefined'), 'null'],
  ['a text', handler(`return 'ä'`), '"ä"'],
  ['an object', handler('return { b: 1, a: [true, null] }'), '{"b":1,"a":[true,null]}'],
  ['a date', handler(`return new Date(0)`), '"1970-01-01T00:00:00.000Z"'],
])('returning %s completes the job with JSON', async (_, type, json) => {
  expect(await outcomeOf(type)).toEqual({ kind: 'completed', result: { kind: 'json', bytes: new TextEncoder().encode(json) } })
})

const image = handler(`return content(new Uint8Array([0, 255, 7]).subarray(1), 'image/png')`)
const table = handler(`return content('a;b', 'text/csv; charset=utf-8')`)

test('returning content completes the job with those bytes and their type', async () => {
  expect(await outcomeOf(image)).toEqual({
    kind: 'completed',
    result: { kind: 'content', bytes: new Uint8Array([255, 7]), contentType: 'image/png' },
  })
  expect(await outcomeOf(table)).toMatchObject({
    result: { bytes: new TextEncoder().encode('a;b'), contentType: 'text/csv; charset=utf-8' },
  })
})

const elsewhere = handler(`return location('https://files.example/a b')`)

test('returning a location completes the job with that URL', async () => {
  expect(await outcomeOf(elsewhere)).toEqual({
    kind: 'completed',
    result: { kind: 'location', url: 'https://files.example/a%20b' },
  })
})

test.each([
  ['a big integer', handler('return 1n')],
  ['a circle', handler('const a = {}; a.a = a; return a')],
])('returning %s fails the job with invalid_result', async (_, type) => {
  expect(await outcomeOf(type)).toMatchObject({ kind: 'failed', failure: { code: 'invalid_result', retryable: false } })
})

const largest = handler(`return 'x'.repeat(${MAX_RESULT - 2})`)
const tooLarge = handler(`return 'x'.repeat(${MAX_RESULT - 1})`)
const tooMuchContent = handler(`return content('x'.repeat(${MAX_RESULT + 1}), 'text/plain')`)

test('a result of MAX_RESULT bytes is kept, one more fails the job', async () => {
  expect(await outcomeOf(largest)).toMatchObject({ kind: 'completed' })
  const failure = { code: 'result_too_large', retryable: false, details: { max_bytes: MAX_RESULT, bytes: MAX_RESULT + 1 } }
  expect(await outcomeOf(tooLarge)).toMatchObject({ kind: 'failed', failure })
  expect(await outcomeOf(tooMuchContent)).toMatchObject({ kind: 'failed', failure })
})

test.each<[string, string, object]>([
  ['an error', handler(`throw new Error('no')`), { ...FAILED, internal: { name: 'Error', message: 'no' } }],
  ['a text', handler(`throw 'no'`), { ...FAILED, internal: { name: 'string', message: 'no', stack: '' } }],
  ['no error at all', handler('throw Object.create(null)'), { ...FAILED, internal: { name: 'object' } }],
  [
    'a JobError',
    handler(`throw new JobError('no_stock', 'sold out')`),
    { code: 'no_stock', message: 'sold out', retryable: true, details: null },
  ],
  [
    'a final JobError with details',
    handler(`throw new JobError('declined', 'no', { retryable: false, details: { reason: 'funds' } })`),
    { code: 'declined', message: 'no', retryable: false, details: { reason: 'funds' } },
  ],
  ['details that are not JSON', handler(`throw new JobError('x', 'y', { details: 1n })`), { code: 'x', details: null }],
  [
    'details deeper than 100 levels',
    handler(`let deep = {}; for (let level = 0; level < 200; level++) deep = { deep }
  throw new JobError('x', 'y', { retryable: false, details: deep })`),
    { code: 'x', message: 'y', retryable: false, details: null },
  ],
  ['details beyond 16 KiB', handler(`throw new JobError('x', 'y', { details: 'd'.repeat(16385) })`), { code: 'x', details: null }],
  [
    'a JobError without a code',
    handler(`throw new JobError('', 'y')`),
    { ...FAILED, internal: { message: expect.stringMatching(/code/) } },
  ],
])('throwing %s fails the attempt', async (_, type, failure) => {
  expect(await outcomeOf(type)).toMatchObject({ kind: 'failed', failure })
})

const explaining = handler(`throw new Error('no stock', { cause: new TypeError('no socket') })`)

test('what a plain error says is for the operator: it goes to the log, with where it came from and what led to it', async () => {
  const { start, lines } = shared()
  const outcome = await start(explaining).outcome
  expect(lines).toMatchObject([
    {
      level: 'warn',
      message: 'the handler threw',
      fields: {
        fields: {
          name: 'Error',
          message: 'no stock',
          stack: expect.stringMatching(/^ {4}at .*job\d+\.ts:[\s\S]*Caused by TypeError: no socket\n {4}at /),
        },
      },
    },
  ])
  expect(outcome).toMatchObject({ failure: { internal: lines[0]?.fields.fields } })
})

const environment = handler('return process.env')

test('handlers see the environment they are given, nothing of the process’s own', async () => {
  const { start } = shared()
  expect(await jsonOf(start(environment))).toEqual({ SHOP_URL: 'http://shop' })
})

const printing = handler(`console.log('{"level":60,"msg":"ready"}')
      await new Promise((resolve) => setTimeout(() => { console.error('late', { n: 1 }); resolve() }, 1))
      process.stdout.write('no line ')
      process.stdout.write(Buffer.from('break\\n\\n'))`)

test('what a handler prints becomes lines of the log with its job, also out of a timer, and never passes for one of them', async () => {
  const { start, lines } = shared()
  await start(printing).outcome
  expect(lines.filter(({ fields }) => fields.job === 'job_1').map(({ level, message, fields }) => [level, message, fields.fields])).toEqual(
    [
      ['info', '{"level":60,"msg":"ready"}', { stream: 'stdout' }],
      ['warn', 'late { n: 1 }', { stream: 'stderr' }],
      ['info', 'no line break', { stream: 'stdout' }],
    ],
  )
})

const HOSTILE = `const throwing = () => { throw new Error('hostile') }
  const revoked = (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()
  const traps = ['get', 'has', 'getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor']
  const refusing = new Proxy(new Error('x'), Object.fromEntries(traps.map((trap) => [trap, throwing])))
  class Odd extends JobError {
    constructor(more) {
      super('odd', 'as it says')
      for (const [name, value] of Object.entries(more)) Object.defineProperty(this, name, value)
    }
  }
`

const HOSTILE_RUNS: readonly (readonly [thrown: string, body: string, failure: object])[] = [
  ['undefined', 'throw undefined', FAILED],
  ['a symbol', `throw Symbol('s')`, FAILED],
  ['a revoked proxy', 'throw revoked', FAILED],
  ['a proxy that refuses everything', 'throw refusing', FAILED],
  ['a function', 'throw throwing', FAILED],
  ['an error whose message throws', `throw Object.defineProperty(new Error('x'), 'message', { get: throwing })`, FAILED],
  [
    'an error whose name, code and cause cannot be cloned',
    `throw Object.assign(new Error('x', { cause: throwing }), { name: throwing, code: Symbol('c') })`,
    FAILED,
  ],
  [
    'an error of another realm',
    `throw (await import('node:vm')).runInNewContext('new RangeError("far")')`,
    { ...FAILED, internal: { name: 'RangeError', message: 'far' } },
  ],
  ['a thenable that throws', 'return { get then() { throw new Error("thenable") } }', { ...FAILED, internal: { message: 'thenable' } }],
  ['a JobError whose code became a number', `throw new Odd({ code: { value: 404 } })`, { code: 'handler_failed', message: 'as it says' }],
  ['a JobError whose code throws', 'throw new Odd({ code: { get: throwing } })', { code: 'handler_failed', message: 'as it says' }],
  ['a JobError whose message throws', 'throw new Odd({ message: { get: throwing } })', { code: 'odd', message: 'The handler failed.' }],
  ['a JobError whose details throw', 'throw new Odd({ details: { get: throwing } })', { code: 'odd', details: null }],
  ['a JobError that is retryable by a word', `throw new JobError('c', 'm', { retryable: 'no' })`, { code: 'c', retryable: true }],
  [
    'a JobError with a cause',
    `throw new JobError('c', 'm', { cause: new Error('why') })`,
    { code: 'c', message: 'm', internal: { stack: expect.stringContaining('why') } },
  ],
  ['a result whose toJSON throws', 'return { toJSON: throwing }', { code: 'invalid_result', internal: { message: 'hostile' } }],
  ['a result that cannot be looked at', 'return revoked', {}],
  ['a Map', 'return new Map()', { code: 'invalid_result', retryable: false, message: expect.stringContaining('Object.fromEntries') }],
  [
    'a location that was made by hand',
    'return Object.create(location("https://a.example").constructor.prototype)',
    { code: 'handler_failed' },
  ],
  [
    'a step that is a number',
    'await ctx.step(7, () => 1)',
    { ...FAILED, internal: { name: 'TypeError', message: expect.stringContaining('ctx.step takes') } },
  ],
  ['a step without work', `await ctx.step('a')`, { ...FAILED, internal: { message: expect.stringContaining('ctx.step takes') } }],
  ['progress that is a text', `ctx.progress('50')`, { ...FAILED, internal: { message: expect.stringContaining('ctx.progress takes') } }],
  ['metadata that it wants to change', `ctx.metadata.order = '43'`, { ...FAILED, internal: { name: 'TypeError' } }],
]

const hostileTypes = HOSTILE_RUNS.map(([, body]) => handler(HOSTILE + body))

test('whatever a handler throws or returns ends its run', async () => {
  const outcomes = await Promise.all(hostileTypes.map(outcomeOf))
  for (const [n, [thrown, , failure]] of HOSTILE_RUNS.entries()) expect.soft(outcomes[n], thrown).toMatchObject({ kind: 'failed', failure })
})

const talkative = handler(`for (let n = 0; n < 2000; n++) await ctx.step('row ' + n, () => 1)
      ctx.progress(7, 'm'.repeat(100_000))
      ctx.log.info('x'.repeat(100_000))`)

test('what a handler says in passing has bounds, and what was cut is told', async () => {
  const { start } = shared()
  const run = start(talkative)
  expect(await jsonOf(run)).toBeNull()
  expect(JSON.stringify(run.reports).length).toBeLessThan(200_000)
  expect(run.reports.filter(({ kind }) => kind === 'cut')).toEqual([
    { kind: 'cut', what: 'steps', count: 1801 },
    { kind: 'cut', what: 'message', count: 1 },
    { kind: 'cut', what: 'log', count: 1 },
  ])
})

const posting = handler(`const { parentPort } = await import('node:worker_threads')
      for (const message of ['hello', null, { kind: 'ended', run: 99 }, { kind: 'reports', run: -1 }]) parentPort.postMessage(message)
      return 'done'`)

test('what a handler posts to the main thread by itself is passed over', async () => {
  expect(await outcomeOf(posting)).toMatchObject({ kind: 'completed' })
})
