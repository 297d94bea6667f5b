import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteRange, rangeStillMeant } from '../../src/http/kit/byte-range.ts'

describe('byteRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=2-4', { start: 2, end: 5 }],
    ['Bytes=2-4', { start: 2, end: 5 }],
    ['bytes=7-', { start: 7, end: 10 }],
    ['bytes=7-99', { start: 7, end: 10 }],
    ['bytes=-3', { start: 7, end: 10 }],
    ['bytes=-99', { start: 0, end: 10 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    [null, null],
    ['bytes=', null],
    ['bytes=-', null],
    ['bytes=4-2', null],
    ['bytes=0-1,3-4', null],
    ['lines=0-1', null],
    ['bytes=a-b', null],
    ['bytes=1.5-3', null],
  ] as const)('reads %j of ten bytes', (header, expected) => {
    expect(byteRange(header, 10)).toEqual(expected)
  })

  it('finds nothing to satisfy in an empty representation', () => {
    expect(['bytes=0-', 'bytes=-1', 'bytes=0-0'].map((header) => byteRange(header, 0))).toEqual(Array(3).fill('unsatisfiable'))
  })

  it('never leaves the representation', () => {
    const part = fc.option(fc.nat({ max: 40 }), { nil: '' as const })
    fc.assert(
      fc.property(part, part, fc.nat({ max: 30 }), (first, last, size) => {
        const range = byteRange(`bytes=${first}-${last}`, size)
        if (range === null || range === 'unsatisfiable') return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThan(range.start)
        expect(range.end).toBeLessThanOrEqual(size)
      }),
    )
  })
})

describe('rangeStillMeant', () => {
  it.each([
    [null, true],
    ['"a"', true],
    ['"b"', false],
    ['W/"a"', false],
    ['Sat, 28 Nov 2026 12:00:00 GMT', false],
  ])('with If-Range %j: %j', (header, expected) => {
    expect(rangeStillMeant(header, '"a"')).toBe(expected)
  })
})
