import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { firstJob } from '../../../src/lifecycle/jobs/first-job.ts'
import { ok, testWorld } from '../../support/world.ts'

const schema = (input: z.ZodType) => ({ inputSchema: z.toJSONSchema(input) })
const handlers = { strict: () => ok, plain: () => ok }

describe('the first job to submit', () => {
  it('is of the first type whose example is taken by its own check', async () => {
    await using world = await testWorld({ handlers, types: { strict: schema(z.object({ a: z.string().regex(/^\d+$/) })) } })
    world.executor.check = async (type) => (type === 'strict' ? [{ pointer: '/a', detail: 'Not a number.' }] : [])
    expect(await firstJob(world.executor)).toEqual({ type: 'plain', payload: {} })
  })

  it('is of the first type at all when none is taken, also when the check itself fails', async () => {
    await using world = await testWorld({ handlers, types: { strict: schema(z.object({ a: z.string() })) } })
    world.executor.check = async () => Promise.reject(new Error('too slow'))
    expect(await firstJob(world.executor)).toEqual({ type: 'strict', payload: { a: 'text' } })
  })

  it('is none where no type is loaded', async () => {
    await using world = await testWorld({ handlers: {} })
    expect(await firstJob(world.executor)).toBeNull()
  })
})
