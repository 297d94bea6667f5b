import { expect, expectTypeOf, test } from 'vitest'
import { content, defineJob, JobError, location, z } from '../../src/index.ts'
import { runJob } from '../../src/testing.ts'

const order = defineJob({
  type: 'order.create',
  input: z.object({ item: z.string(), count: z.coerce.number<string>().default(1) }),
  steps: ['stock', 'payment'],
  async run({ item, count }, ctx) {
    await ctx.step('stock', () => {
      if (count > 5) throw new JobError('no_stock', 'sold out', { retryable: false, details: { left: 5 } })
    })
    ctx.log.info('paying', { item })
    ctx.progress(80, `paid by ${ctx.metadata.customer ?? 'nobody'}`)
    return { orderId: ctx.jobId, count, at: new Date(0) }
  },
})

test('a run in a test gives the result as a client would get it, the progress and the log', async () => {
  const run = await runJob(order, { item: 'chair', count: '2' }, { jobId: 'job_7', metadata: { customer: 'ada' } })
  expect(run).toEqual({
    status: 'completed',
    result: { orderId: 'job_7', count: 2, at: '1970-01-01T00:00:00.000Z' },
    error: null,
    progress: {
      percent: 80,
      stage: 'stock',
      message: 'paid by ada',
      steps: [
        { name: 'stock', status: 'completed' },
        { name: 'payment', status: 'pending' },
      ],
    },
    logs: [{ level: 'info', message: 'paying', fields: { item: 'chair' } }],
  })
})

test('a failure is the one that the job would have', async () => {
  const failed = await runJob(order, { item: 'chair', count: '9' })
  expect(failed.error).toEqual({ code: 'no_stock', message: 'sold out', retryable: false, details: { left: 5 } })
  expect((await runJob(order, { item: 7 } as never)).error).toMatchObject({
    code: 'invalid_payload',
    details: { errors: [{ pointer: '/item' }] },
  })
  const map = defineJob({ type: 'map', run: () => new Map() })
  expect((await runJob(map, null)).error).toMatchObject({ code: 'invalid_result' })
  const plain = defineJob({ type: 'plain', run: () => Promise.reject(new Error('why')) })
  expect((await runJob(plain, null)).error).toMatchObject({ code: 'handler_failed', internal: { message: 'why' } })
})

test('content and locations are given as they are', async () => {
  const file = defineJob({ type: 'file', run: () => content('a;b', 'text/csv', { filename: 'a.csv' }) })
  expect((await runJob(file, null)).result).toEqual({ bytes: new TextEncoder().encode('a;b'), contentType: 'text/csv', filename: 'a.csv' })
  const elsewhere = defineJob({ type: 'elsewhere', run: () => location('https://files.example/1') })
  expect((await runJob(elsewhere, null)).result).toEqual({ url: 'https://files.example/1' })
})

test('the signal of a run is the one that is given', async () => {
  const deaf = defineJob({ type: 'deaf', run: async (_, ctx) => ctx.step('work', () => 1) })
  expect(await runJob(deaf, null, { signal: AbortSignal.abort() })).toMatchObject({
    status: 'failed',
    error: { internal: { name: 'AbortError' } },
  })
})

test('a definition knows the types of its name, payload, input and result', () => {
  expectTypeOf(order.type).toEqualTypeOf<'order.create'>()
  expectTypeOf(order.run).parameter(0).toEqualTypeOf<{ item: string; count: number }>()
  expectTypeOf<Awaited<ReturnType<typeof order.run>>>().toEqualTypeOf<{ orderId: string; count: number; at: Date }>()
  expectTypeOf(runJob<typeof order.type, { item: string; count: number }, { at: Date }, { item: string; count?: string }>)
    .parameter(1)
    .toEqualTypeOf<{ item: string; count?: string }>()
  const typed = async () => (await runJob(order, { item: 'chair' })).result
  expectTypeOf<Awaited<ReturnType<typeof typed>>>().toEqualTypeOf<{ orderId: string; count: number; at: string } | null>()
  // @ts-expect-error: the payload lacks its item
  const wrong = () => runJob(order, { count: '1' })
  expect(wrong).toBeTypeOf('function')
})
