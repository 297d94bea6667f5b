import { expect, test } from 'vitest'
import { keepHeaders } from '../../src/webhook/keep-headers.ts'

test('keeps the first 64 headers, and Retry-After wherever it stood', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-${n}`, 'v']))
  const kept = keepHeaders({ ...many, 'retry-after': '5' })
  expect(Object.keys(kept)).toEqual(['retry-after', ...Array.from({ length: 63 }, (_, n) => `x-${n}`)])
})

test('keeps no more than 8 KiB', () => {
  expect(keepHeaders({ a: 'v'.repeat(8191), b: 'v' })).toEqual({ a: 'v'.repeat(8191) })
  expect(keepHeaders({ a: 'v'.repeat(8192) })).toEqual({})
})

test('takes any name a stranger gives', () => {
  expect(Object.entries(keepHeaders(JSON.parse('{"__proto__":"x","constructor":["a","b"]}')))).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'a, b'],
  ])
})
