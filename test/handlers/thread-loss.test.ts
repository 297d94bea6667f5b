import { writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { jsonOf, type StartedRun, type TempWorkshop, workshopWith } from './temp-workshop.ts'

const MODULES = {
  'fall.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'fall', async run(how, ctx) {
  ctx.progress(1)
  if (how === 'exit') process.exit(1)
  if (how === 'throw') setImmediate(() => { throw new Error('thrown aside: canary') })
  if (how === 'reject') Promise.reject(new Error('rejected aside'))
  if (how === 'freeze') await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve)).then(() => { for (;;); })
  await new Promise(() => {})
} })`,
  'wait.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'wait', async run(_, ctx) { ctx.progress(1); await new Promise(() => {}) } })`,
  'quick.ts': `import { defineJob } from 'ringback'

export default defineJob({ type: 'quick', run: () => 'done' })`,
}

/** Started, and known to be in the handler's hands. */
async function underWay({ start }: TempWorkshop, type: string, payload: unknown = null): Promise<StartedRun> {
  const run = start(type, payload)
  await run.reported(({ kind }) => kind === 'progress')
  return run
}

test.each([['exit'], ['throw'], ['reject']])('a thread that dies (%s) loses all its runs and is started again', async (how) => {
  const w = await workshopWith(MODULES)
  const bystander = await underWay(w, 'wait')
  expect(await w.start('fall', how).outcome).toEqual({ kind: 'worker_lost' })
  expect(await bystander.outcome).toEqual({ kind: 'worker_lost' })
  expect(w.lines).toMatchObject([{ level: 'error', message: 'a handlers thread died; another is started', fields: { exit_code: 1 } }])
  expect(JSON.stringify(w.lines)).not.toContain('canary')
  expect(await jsonOf(w.start('quick'))).toBe('done')
})

test('a run that comes while no thread is there waits for the next one', async () => {
  const w = await workshopWith(MODULES)
  await w.start('fall', 'exit').outcome
  const [first, second] = [w.start('quick'), w.start('wait')]
  second.abort()
  expect(await second.outcome).toEqual({ kind: 'handed_back' })
  expect(await jsonOf(first)).toBe('done')
})

test('a deaf handler is left alone while its thread is alive', async () => {
  const w = await workshopWith(MODULES)
  const deaf = await underWay(w, 'wait')
  deaf.abort()
  for (let n = 0; n < 3; n++) {
    await jsonOf(w.start('quick'))
    await w.clock.push(5_000)
  }
  expect(await jsonOf(w.start('quick'))).toBe('done')
  expect(w.lines).toEqual([])
})

test('a thread that is frozen five seconds after an abort is replaced: the aborted run is lost, the others are handed back', async () => {
  const w = await workshopWith(MODULES)
  const innocent = await underWay(w, 'wait')
  const culprit = await underWay(w, 'fall', 'freeze')
  culprit.abort()
  await w.clock.push(4_999)
  expect(w.lines).toEqual([])
  await w.clock.push(1)
  expect(await culprit.outcome).toEqual({ kind: 'handed_back' })
  expect(await innocent.outcome).toEqual({ kind: 'handed_back' })
  expect(w.lines).toMatchObject([{ level: 'error', message: 'a handlers thread is replaced', fields: { thread: 'handlers' } }])
  expect(await jsonOf(w.start('quick'))).toBe('done')
})

test('handlers that do not load any more are tried again; jobs wait until they do', async () => {
  const w = await workshopWith(MODULES)
  const file = w.workshop.types.get('quick')?.source ?? ''
  await writeFile(file, 'export default')
  await w.start('fall', 'exit').outcome
  await vi.waitFor(
    () => expect(w.lines.map(({ message }) => message)).toContain('the handlers do not load any more; jobs wait until they do'),
    10_000,
  )
  const waiting = w.start('quick')
  await writeFile(file, MODULES['quick.ts'])
  await w.clock.push(2_000)
  expect(await jsonOf(waiting)).toBe('done')
})

test('closing ends the threads and hands the runs back, whatever the handlers do', async () => {
  const w = await workshopWith(MODULES)
  const frozen = await underWay(w, 'fall', 'freeze')
  const waiting = await underWay(w, 'wait')
  frozen.abort()
  await w.workshop.close()
  expect(await Promise.all([frozen.outcome, waiting.outcome])).toEqual([{ kind: 'handed_back' }, { kind: 'handed_back' }])
})
