import { expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { ALONE, MODULES, onlyThread, said, stop, underWay } from './misbehaving.ts'
import { executorWith, jsonOf, sharedExecutor } from './temp-executor.ts'

const LISTENER = `import { defineJob } from 'ringback'
export default defineJob({ type: 'listener', async run(_, ctx) {
  ctx.signal.addEventListener('abort', () => { throw new Error('thrown by a listener') })
  ctx.progress(1)
  await new Promise(() => {})
} })`

/** For tests after which its only thread is as before. */
const shared = sharedExecutor({ ...MODULES, 'listener.ts': LISTENER }, ALONE)

test.each([['exit'], ['exit later'], ['kill'], ['throw'], ['emit'], ['reject']])(
  'what a handler throws where nobody catches it (%s) fails its own run at once, and the others in its thread go on',
  async (how) => {
    const w = shared()
    const bystander = await underWay(w, 'wait', 50)
    expect(await w.start('fall', how).outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'handler_failed', retryable: true, internal: { message: expect.stringMatching(/aside|was called/) } },
    })
    expect(await jsonOf(bystander)).toBe('waited')
    expect(await jsonOf(w.start('quick'))).toBe('done')
    expect(w.executor.pool()).toMatchObject({ replaced: 0, restarted: 0 })
  },
)

test('a run of another type does not wait for one that holds its thread, and the log and the figures name that one', async () => {
  const w = await executorWith(MODULES, ALONE)
  const blocker = await underWay(w, 'fall', 'compute', { attempt: 4_000 })
  expect(await jsonOf(w.start('quick', null, { timeoutMs: 3_000 }))).toBe('done')
  expect(said(w, 'a handler holds its thread: nothing else goes on in it')).toMatchObject([{ level: 'warn', fields: { type: 'fall' } }])
  expect(w.executor.pool().blockedMs.get('fall')).toBeGreaterThan(0)
  blocker.abort(stop(0))
})

test('a handler that never returns is abandoned: its run is settled, it is counted and logged, later words are dropped', async () => {
  const w = await executorWith(MODULES, ALONE)
  const deaf = await underWay(w, 'wait', 1_000)
  deaf.abort(stop(20))
  expect(await deaf.outcome).toEqual({ kind: 'handed_back' })
  expect(onlyThread(w)).toMatchObject({ runs: [], abandoned: 1 })
  expect(said(w, 'a handler goes on after its run was settled')).toMatchObject([{ level: 'warn', fields: { type: 'wait', left_overs: 1 } }])
  await vi.waitFor(() => expect(onlyThread(w)).toMatchObject({ abandoned: 0 }), PATIENCE)
  expect(w.executor.pool().replaced).toBe(0)
})

test('a listener of the signal that throws fails its own run, and the thread stays', async () => {
  const w = shared()
  const bystander = await underWay(w, 'wait', 200)
  const run = await underWay(w, 'listener')
  run.abort(stop(60_000))
  expect(await run.outcome).toMatchObject({ kind: 'failed', failure: { internal: { message: 'thrown by a listener' } } })
  expect(await jsonOf(bystander)).toBe('waited')
  expect(w.executor.pool()).toMatchObject({ replaced: 0, restarted: 0 })
})

test('a handler that replaces globals of its thread spoils no later run there', async () => {
  const w = await executorWith(
    {
      ...MODULES,
      'patch.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'patch', run() {
  const refuse = () => { throw new Error('replaced') }
  Object.assign(JSON, { parse: refuse, stringify: refuse })
  Object.assign(performance, { now: () => 5 })
  for (const name of ['Buffer', 'TextEncoder', 'TextDecoder', 'AbortController', 'DOMException',
    'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval']) globalThis[name] = refuse
  return 'patched'
} })`,
      'say.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'say', async run(input, ctx) {
  for (let percent = 1; percent <= 100; percent++) ctx.progress(percent)
  ctx.log.info('said', { input })
  return input
} })`,
    },
    ALONE,
  )
  expect(await jsonOf(w.start('patch'))).toBe('patched')
  const run = w.start('say', { a: [1] })
  expect(await jsonOf(run)).toEqual({ a: [1] })
  expect(run.reports.at(-1)).toMatchObject({ kind: 'progress', percent: 100 })
  expect(said(w, 'said')).toMatchObject([{ fields: { fields: { input: { a: [1] } } } }])
})

test('closing ends the threads and hands the runs back, whatever the handlers do', async () => {
  const w = await executorWith(MODULES, ALONE)
  const frozen = await underWay(w, 'fall', 'loop')
  const waiting = w.start('wait')
  await w.executor.close()
  expect(await Promise.all([frozen.outcome, waiting.outcome])).toEqual([{ kind: 'handed_back' }, { kind: 'handed_back' }])
})
