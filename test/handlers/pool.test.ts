import { writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { StopRun } from '../../src/ports/executor.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { executorWith, jsonOf, type StartedRun, sharedExecutor, type TempExecutor } from './temp-executor.ts'

const MODULES = {
  'fall.ts': `import { EventEmitter } from 'node:events'
import { defineJob } from 'ringback'
export default defineJob({ type: 'fall', async run(how, ctx) {
  ctx.progress(1)
  if (how === 'exit') process.exit(1)
  if (how === 'exit later') setTimeout(() => process.exit(1))
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  if (how === 'throw') setImmediate(() => { throw new Error('thrown aside: canary') })
  if (how === 'emit') setImmediate(() => new EventEmitter().emit('error', new Error('emitted aside')))
  if (how === 'reject') Promise.reject(new Error('rejected aside'))
  if (how === 'compute') { for (const end = Date.now() + ctx.attempt; Date.now() < end; ); return }
  if (how === 'loop') { await null; for (;;); }
  if (how === 'spin') for (;;) await null
  if (how === 'memory') for (const hoard = []; ; ) hoard.push(new Array(1_000_000).fill(hoard.length))
  if (how === 'slow memory') for (const hoard = []; ; await new Promise(setImmediate)) hoard.push(new Array(100_000).fill(hoard.length))
  await new Promise(() => {})
} })`,
  'wait.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'wait', async run(ms, ctx) {
  ctx.progress(1)
  await new Promise((resolve) => setTimeout(resolve, ms ?? 2 ** 30))
  return 'waited'
} })`,
  'obey.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'obey', async run(_, ctx) {
  ctx.progress(1)
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
  return 'stopped'
} })`,
  'quick.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'quick', run: () => 'done' })`,
}

const LISTENER = `import { defineJob } from 'ringback'
export default defineJob({ type: 'listener', async run(_, ctx) {
  ctx.signal.addEventListener('abort', () => { throw new Error('thrown by a listener') })
  ctx.progress(1)
  await new Promise(() => {})
} })`

const ALONE = { clock: systemClock, threads: 1 }
const SOON = { timeout: 20_000 }

/** Started, and known to be in the handler's hands. */
async function underWay({ start }: TempExecutor, type: string, payload: unknown = null, more = {}): Promise<StartedRun> {
  const run = start(type, payload, more)
  await run.reported(({ kind }) => kind === 'progress')
  return run
}

const said = ({ lines }: TempExecutor, message: string) => lines.filter((line) => line.message === message)
const stop = (graceMs: number) => new StopRun('cancel', graceMs)
const onlyThread = ({ executor }: TempExecutor) => executor.pool().threads.find(({ ownType }) => ownType === null)

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

test('a thread that was held and has nothing to do any more is used again, or ended when it is one too many', async () => {
  const w = await executorWith(MODULES, ALONE)
  const blocker = await underWay(w, 'fall', 'compute', { attempt: 4_000 })
  expect(await jsonOf(w.start('quick', null, { timeoutMs: 60_000 }))).toBe('done')
  expect(w.executor.pool().threads).toHaveLength(2)
  await blocker.outcome
  await vi.waitFor(() => expect(w.executor.pool().threads.map(({ state }) => state)).toEqual(['ready']), SOON)
  expect(w.executor.pool().replaced).toBe(0)
})

test.each([['loop'], ['spin']])(
  'a handler that never gives its thread back (%s) is a time-out; the run beside it is restarted',
  async (how) => {
    const w = await executorWith(MODULES, ALONE)
    const innocent = await underWay(w, 'wait', 1_500, { timeoutMs: 60_000 })
    const culprit = await underWay(w, 'fall', how)
    culprit.abort(stop(700))
    expect(await culprit.outcome).toEqual({ kind: 'handed_back' })
    expect(await jsonOf(innocent)).toBe('waited')
    expect(innocent.reports.map(({ kind }) => kind)).toEqual(['progress', 'restart', 'progress'])
    expect(w.executor.pool()).toMatchObject({ replaced: 1, restarted: 1 })
  },
)

test('time counts against a run from when its thread has started it', async () => {
  const w = await executorWith(MODULES, ALONE)
  const run = await underWay(w, 'wait', 60_000, { timeoutMs: 300 })
  const startedAt = performance.now()
  expect(await run.outcome).toEqual({ kind: 'timeout' })
  expect(performance.now() - startedAt).toBeGreaterThan(300)
})

test('a handler that never returns is abandoned: its run is settled, it is counted and logged, later words are dropped', async () => {
  const w = await executorWith(MODULES, ALONE)
  const deaf = await underWay(w, 'wait', 1_000)
  deaf.abort(stop(20))
  expect(await deaf.outcome).toEqual({ kind: 'handed_back' })
  expect(onlyThread(w)).toMatchObject({ runs: [], abandoned: 1 })
  expect(said(w, 'a handler goes on after its run was settled')).toMatchObject([{ level: 'warn', fields: { type: 'wait', left_overs: 1 } }])
  await vi.waitFor(() => expect(onlyThread(w)).toMatchObject({ abandoned: 0 }), SOON)
  expect(w.executor.pool().replaced).toBe(0)
})

test('a thread with too many abandoned handlers gets no more runs, and ends after those it has', async () => {
  const w = await executorWith(MODULES, ALONE)
  const first = onlyThread(w)?.name
  const bystander = await underWay(w, 'obey')
  for (let n = 0; n < 9; n++) {
    const deaf = await underWay(w, 'wait')
    deaf.abort(stop(0))
    await deaf.outcome
  }
  expect(await jsonOf(w.start('quick'))).toBe('done')
  expect(w.executor.pool().threads.map(({ name, state }) => [name, state])).toContainEqual([first, 'leaving'])
  bystander.abort(stop(60_000))
  expect(await jsonOf(bystander)).toBe('stopped')
  expect(w.executor.pool().threads.map(({ name }) => name)).not.toContain(first)
})

test.each([['memory'], ['slow memory']])(
  'a handler that fills its memory (%s) loses its thread and its attempt, nobody else does',
  async (how) => {
    const w = await executorWith(MODULES, { ...ALONE, maxMemory: 64 * 1024 * 1024 })
    const innocent = await underWay(w, 'wait', 3_000)
    const outcome = await w.start('fall', how).outcome
    expect(outcome).toMatchObject({ kind: 'worker_lost', reason: expect.stringContaining('heap limit') })
    expect(await jsonOf(innocent)).toBe('waited')
    expect(await jsonOf(w.start('quick'))).toBe('done')
  },
  30_000,
)

test('a module that fails in the background is named, gets threads of its own, and hurts nobody', async () => {
  const w = await executorWith(
    {
      ...MODULES,
      'noisy.ts': `import { defineJob } from 'ringback'
setInterval(() => Promise.reject(new Error('in the background')), 300)
export default defineJob({ type: 'noisy', run: () => 'noise' })`,
    },
    ALONE,
  )
  const innocent = await underWay(w, 'wait', 1_000)
  await vi.waitFor(
    () => expect(said(w, 'a module fails in the background: its jobs run in threads of their own from now on')).toHaveLength(1),
    SOON,
  )
  expect(await jsonOf(w.start('quick'))).toBe('done')
  expect(await jsonOf(w.start('noisy'))).toBe('noise')
  expect(await jsonOf(innocent)).toBe('waited')
  expect(w.executor.pool().restarted).toBe(0)
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

test('a listener of the signal that computes is named as who holds the thread', async () => {
  const w = await executorWith(
    {
      ...MODULES,
      'listener.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'listener', async run(_, ctx) {
  ctx.signal.addEventListener('abort', () => { for (const end = Date.now() + 1_500; Date.now() < end; ); })
  ctx.progress(1)
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
} })`,
    },
    ALONE,
  )
  const run = await underWay(w, 'listener')
  run.abort(stop(60_000))
  await run.outcome
  expect(said(w, 'a handler holds its thread: nothing else goes on in it')).toMatchObject([{ fields: { type: 'listener' } }])
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

test('an isolated type has threads of its own', async () => {
  const w = await executorWith(
    { ...MODULES, 'apart.ts': MODULES['wait.ts'].replace("type: 'wait'", "type: 'apart', isolated: true") },
    ALONE,
  )
  await underWay(w, 'apart')
  await underWay(w, 'wait')
  const runsOf = (own: string | null) =>
    w.executor
      .pool()
      .threads.filter(({ ownType }) => ownType === own)
      .flatMap(({ runs }) => runs.map(({ type }) => type))
  expect(runsOf('apart')).toEqual(['apart'])
  expect(runsOf(null)).toEqual(['wait'])
})

test('handlers that do not load any more are tried again; jobs wait until they do, and it shows that nothing can run', async () => {
  const w = await executorWith(MODULES, { ...ALONE, maxMemory: 64 * 1024 * 1024 })
  const file = w.executor.types.get('quick')?.source ?? ''
  await writeFile(file, 'export default')
  await w.start('fall', 'memory').outcome
  const waiting = w.start('quick')
  await vi.waitFor(() => expect(said(w, 'the handlers do not load any more; jobs wait until they do')).not.toEqual([]), SOON)
  expect(w.executor.health()).toMatchObject({ ok: false, reason: expect.stringContaining(file) })
  await writeFile(file, MODULES['quick.ts'])
  expect(await jsonOf(waiting)).toBe('done')
  expect(w.executor.health()).toMatchObject({ ok: true, reason: null })
}, 30_000)

test('closing ends the threads and hands the runs back, whatever the handlers do', async () => {
  const w = await executorWith(MODULES, ALONE)
  const frozen = await underWay(w, 'fall', 'loop')
  const waiting = w.start('wait')
  await w.executor.close()
  expect(await Promise.all([frozen.outcome, waiting.outcome])).toEqual([{ kind: 'handed_back' }, { kind: 'handed_back' }])
})
