import { expect, test, vi } from 'vitest'
import { ProblemError } from '../../src/domain/errors.ts'
import { PATIENCE } from '../support/patience.ts'
import { bytes, jsonOf, sharedExecutor } from './temp-executor.ts'

const CHECKED = `import { defineJob, z } from 'ringback'
export default defineJob({
  type: 'checked',
  input: z.strictObject({
    customer: z.strictObject({ email: z.email() }),
    items: z.array(z.object({ 'a/b~c': z.number() })).min(1),
    spin: z.boolean().optional().refine((spin) => { if (spin) for (;;); return true }),
    slow: z.boolean().optional().refine((slow) => slow ? new Promise(() => {}) : true),
    bug: z.boolean().optional().refine((bug) => { if (bug) throw new Error('schema bug'); return true }),
  }),
  run: () => 'done',
})`
const FREE = `import { defineJob } from 'ringback'
export default defineJob({ type: 'free', run() {} })`
const BUSY = `import { defineJob } from 'ringback'
export default defineJob({ type: 'busy', run(shared, ctx) { ctx.progress(1); for (let n = 0; n < 1e12; n++); } })`
const shared = sharedExecutor({ 'a.ts': CHECKED, 'free.ts': FREE, 'busy.ts': BUSY })

const FINE = { customer: { email: 'a@b.example' }, items: [{ 'a/b~c': 1 }] }

test('a payload that fits has no faults, nor has any of a type without a schema', async () => {
  const { check } = shared()
  expect(await check('checked', FINE)).toEqual([])
  expect(await check('free', 'anything')).toEqual([])
})

test('faults are named by JSON pointers into the payload', async () => {
  const { check } = shared()
  const faults = await check('checked', { customer: { email: 'nobody', vip: true }, items: [{ 'a/b~c': 1 }, { 'a/b~c': '1' }], extra: 1 })
  expect(faults.map(({ pointer }) => pointer).sort()).toEqual(['/customer/email', '/customer/vip', '/extra', '/items/1/a~1b~0c'])
  expect(faults.every(({ detail }) => detail !== '')).toBe(true)
  expect(await check('checked', 7)).toMatchObject([{ pointer: '' }])
})

test('checks of one turn are answered each with its own faults', async () => {
  const { check } = shared()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => check('checked', n % 2 ? FINE : { ...FINE, [`m${n}`]: 1 })))
  expect(answers.map(([fault]) => fault?.pointer)).toEqual(Array.from({ length: 50 }, (_, n) => (n % 2 ? undefined : `/m${n}`)))
})

test('a schema that throws rejects its own check only', async () => {
  const { check } = shared()
  const [bug, fine] = await Promise.allSettled([check('checked', { ...FINE, bug: true }), check('checked', FINE)])
  expect(bug).toMatchObject({
    status: 'rejected',
    reason: { message: 'the input schema threw (Error)', stack: expect.stringMatching(/^ {4}at .*a\.ts:/) },
  })
  expect(fine).toEqual({ status: 'fulfilled', value: [] })
})

test('a check that is not answered in two seconds is refused as overloaded; a thread that answers others stays', async () => {
  const { check, clock, lines } = shared()
  const slow = refusalOf(check('checked', { ...FINE, slow: true }))
  await check('checked', FINE)
  await clock.push(2_000)
  expect(await slow).toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 })
  expect(lines).toEqual([])
  expect(await check('checked', FINE)).toEqual([])
})

test('a frozen check thread is replaced after two seconds', async () => {
  const { check, clock, lines } = shared()
  const stuck = [refusalOf(check('checked', { ...FINE, spin: true })), refusalOf(check('checked', FINE))]
  await clock.push(2_000)
  expect(await Promise.all(stuck)).toMatchObject([{ code: 'overloaded' }, { code: 'overloaded' }])
  expect(lines).toMatchObject([{ level: 'error', message: 'a handlers thread is replaced', fields: { thread: 'payload checks' } }])
  await vi.waitFor(async () => expect(await check('checked', FINE)).toEqual([]), PATIENCE)
})

test('runs go on while the check thread is frozen', async () => {
  const { check, start, clock } = shared()
  const stuck = refusalOf(check('checked', { ...FINE, spin: true }))
  expect(await jsonOf(start('checked', FINE))).toBe('done')
  await clock.push(2_000)
  await stuck
  await vi.waitFor(async () => expect(await check('checked', FINE)).toEqual([]), PATIENCE)
})

test('the caller keeps its payload: it is copied, not taken', async () => {
  const { executor } = shared()
  const payload = bytes(FINE)
  await executor.check('checked', payload)
  expect(payload).toEqual(bytes(FINE))
})

test('a handler that computes holds up neither checks nor the main thread', async () => {
  const { start, check } = shared()
  const run = start('busy')
  await run.reported(({ kind }) => kind === 'progress')
  // The handler computes for many minutes: that these come back at all shows that nobody waits for it.
  for (let n = 0; n < 20; n++) expect(await check('checked', FINE)).toEqual([])
  expect(await Promise.race([run.outcome, new Promise((resolve) => setImmediate(() => resolve('computing')))])).toBe('computing')
})

async function refusalOf(check: Promise<unknown>): Promise<ProblemError> {
  const error: unknown = await check.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ProblemError)
  return error as ProblemError
}
