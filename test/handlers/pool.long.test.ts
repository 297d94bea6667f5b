import { writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { ALONE, MODULES, onlyThread, said, stop, underWay } from './misbehaving.ts'
import { executorWith, jsonOf } from './temp-executor.ts'

test('a thread that was held and has nothing to do any more is used again, or ended when it is one too many', async () => {
  const w = await executorWith(MODULES, ALONE)
  const blocker = await underWay(w, 'fall', 'compute', { attempt: 4_000 })
  expect(await jsonOf(w.start('quick', null, { timeoutMs: 60_000 }))).toBe('done')
  expect(w.executor.pool().threads).toHaveLength(2)
  await blocker.outcome
  await vi.waitFor(() => expect(w.executor.pool().threads.map(({ state }) => state)).toEqual(['ready']), PATIENCE)
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
    PATIENCE,
  )
  expect(await jsonOf(w.start('quick'))).toBe('done')
  expect(await jsonOf(w.start('noisy'))).toBe('noise')
  expect(await jsonOf(innocent)).toBe('waited')
  expect(w.executor.pool().restarted).toBe(0)
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
  await vi.waitFor(() => expect(said(w, 'the handlers do not load any more; jobs wait until they do')).not.toEqual([]), PATIENCE)
  expect(w.executor.health()).toMatchObject({ ok: false, reason: expect.stringContaining(file) })
  await writeFile(file, MODULES['quick.ts'])
  expect(await jsonOf(waiting)).toBe('done')
  expect(w.executor.health()).toMatchObject({ ok: true, reason: null })
}, 30_000)
