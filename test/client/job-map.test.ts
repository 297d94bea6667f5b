/** Types of payloads and results, from handlers by `import type` alone. Judged by the compiler. */
import { expectTypeOf, test } from 'vitest'
import type orderCreate from '../../examples/handlers/order-create.ts'
import type { Client, ContentResult, JobDocument, RawJson } from '../../src/client/index.ts'
import { content, defineJob, location, z } from '../../src/index.ts'

const sum = defineJob({
  type: 'sum',
  input: z.object({ n: z.coerce.number<string>(), at: z.string().optional() }),
  run: ({ n }) => ({ n, at: new Date() }),
})
const csv = defineJob({ type: 'csv', run: async () => content('a;b', 'text/csv') })
const link = defineJob({ type: 'link', run: () => location('https://files.example/1') })
const silent = defineJob({ type: 'silent', run: () => {} })

interface Jobs {
  sum: typeof sum
  csv: typeof csv
  link: typeof link
  silent: typeof silent
  'order.create': typeof orderCreate
}

declare const client: Client<Jobs>

test('a payload is what the schema takes, a result what JSON makes of what the handler returns', () => {
  const submits = () => ({
    sum: client.jobs.submit('sum', { n: '1' }),
    csv: client.jobs.submit('csv'),
    link: client.jobs.submit('link', null),
    silent: client.jobs.submit('silent', { any: 'thing' }, { priority: 1 }),
    // @ts-expect-error a number is not what the schema takes
    wrong: client.jobs.submit('sum', { n: 1 }),
    // @ts-expect-error the schema demands a payload
    missing: client.jobs.submit('sum'),
    // @ts-expect-error there is no such type
    unknown: client.jobs.submit('sums', { n: '1' }),
  })
  type Handles = { [Name in keyof ReturnType<typeof submits>]: Awaited<ReturnType<typeof submits>[Name]> }
  expectTypeOf<Awaited<ReturnType<Handles['sum']['result']>>>().toEqualTypeOf<{ n: number; at: string }>()
  expectTypeOf<Handles['sum']['document']['result']>().toEqualTypeOf<{ n: number; at: string } | null>()
  expectTypeOf<Awaited<ReturnType<Handles['csv']['result']>>>().toEqualTypeOf<ContentResult>()
  expectTypeOf<Handles['csv']['document']['result']>().toEqualTypeOf<null>()
  expectTypeOf<Awaited<ReturnType<Handles['link']['result']>>>().toEqualTypeOf<{ readonly url: string }>()
  expectTypeOf<Awaited<ReturnType<Handles['silent']['result']>>>().toEqualTypeOf<null>()
  expectTypeOf<Parameters<typeof client.jobs.submit<'sum'>>[1]>().toEqualTypeOf<{ n: string; at?: string | undefined } | RawJson>()
})

test('without a map any type takes any payload, and results are unknown', () => {
  const submit = (untyped: Client) => untyped.jobs.submit('anything', { a: 1 })
  expectTypeOf<Awaited<ReturnType<typeof submit>>['document']>().toEqualTypeOf<JobDocument<unknown>>()
})
