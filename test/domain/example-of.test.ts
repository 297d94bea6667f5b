import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { exampleOf } from '../../src/domain/example-of.ts'

const madeOf = (schema: z.ZodType) => exampleOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))

describe('an example of a schema', () => {
  it('is the one its author wrote, of the whole or of a member', () => {
    expect(madeOf(z.object({ a: z.string() }).meta({ examples: [{ a: 'x' }, { a: 'y' }] }))).toEqual({ a: 'x' })
    expect(madeOf(z.object({ a: z.string().meta({ example: 'x' }), b: z.literal(7) }))).toEqual({ a: 'x', b: 7 })
  })

  it.each<[z.ZodType, unknown]>([
    [z.object({ file: z.string(), pace_ms: z.int().default(5), note: z.string().optional() }), { file: 'text' }],
    [z.object({ at: z.iso.datetime(), by: z.email(), to: z.url(), id: z.uuid() }), expect.any(Object)],
    [z.object({ n: z.int().min(3), m: z.number().positive(), k: z.int().max(-4), s: z.int().multipleOf(5).min(6) }), expect.any(Object)],
    [z.array(z.object({ sku: z.string().min(6) })).min(2), [{ sku: 'textxx' }, { sku: 'textxx' }]],
    [z.tuple([z.string(), z.boolean()]), ['text', true]],
    [z.union([z.object({ kind: z.literal('a'), n: z.int() }), z.string()]), { kind: 'a', n: 1 }],
    [z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })), { a: 'text', b: 1 }],
    [z.enum(['red', 'blue']), 'red'],
    [z.record(z.string(), z.int()), {}],
    [z.string().nullable(), 'text'],
    [z.null(), null],
  ])('fits it: %#', (schema, expected) => {
    const made = madeOf(schema)
    expect(made).toEqual(expected)
    expect(schema.safeParse(made).success).toBe(true)
  })

  it('ends where a schema refers to itself', () => {
    const Tree: z.ZodType = z.object({ name: z.string(), left: z.lazy(() => Tree) })
    expect(JSON.stringify(madeOf(Tree)).length).toBeLessThan(1000)
  })

  it('is made of anything without a throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (schema) => void JSON.stringify(exampleOf(schema))))
    expect(exampleOf(null)).toBeNull()
  })
})
