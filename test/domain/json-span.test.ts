import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectSpans, repeatedName } from '../../src/domain/json-span.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const slice = (text: string, span: { start: number; end: number }) => new TextDecoder().decode(bytes(text).subarray(span.start, span.end))

describe('objectSpans', () => {
  it('finds every top-level member that JSON.parse finds, with the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        const parsed = new Map(Object.entries(JSON.parse(text)))
        const spans = objectSpans(bytes(text)).members
        expect(new Set(spans.map((span) => span.name))).toEqual(new Set(parsed.keys()))
        for (const span of spans) {
          expect(JSON.parse(slice(text, span))).toEqual(parsed.get(span.name))
          expect(slice(text, span)).toBe(slice(text, span).trim())
        }
      }),
    )
  })

  it('counts nesting as deep as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(objectSpans(bytes(JSON.stringify({ value }))).depth).toBe(1 + depthOf(JSON.parse(JSON.stringify(value))))
      }),
    )
  })

  it('keeps numbers beyond double precision and key order as they were written', () => {
    const text = '{ "payload" : {"b":12345678901234567890,"a":1e400} , "type":"x"}'
    const [payload] = objectSpans(bytes(text)).members
    expect(payload && slice(text, payload)).toBe('{"b":12345678901234567890,"a":1e400}')
  })

  it('is not misled by syntax inside strings, escapes and characters of several bytes', () => {
    const text = String.raw`{"a\"}":"}],:\\","é😀":["\"",{"x":"{"}]}`
    expect(objectSpans(bytes(text)).members.map((span) => [span.name, slice(text, span)])).toEqual([
      ['a"}', String.raw`"}],:\\"`],
      ['é😀', String.raw`["\"",{"x":"{"}]`],
    ])
  })

  it('has no members for an empty object', () => {
    expect(objectSpans(bytes(' { } '))).toEqual({ members: [], depth: 1 })
  })
})

describe('repeatedName', () => {
  it('tells a name that stands there twice, also in another spelling', () => {
    expect(repeatedName(objectSpans(bytes(String.raw`{"a":1,"b":2,"\u0061":3}`)).members)).toBe('a')
  })

  it('does not look into nested objects', () => {
    expect(repeatedName(objectSpans(bytes('{"a":{"b":1,"b":2},"b":3}')).members)).toBeNull()
  })
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
