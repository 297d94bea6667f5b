import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/errors.ts'
import { readCursor, writeCursor } from '../../src/http/kit/cursor.ts'

const position = fc.integer({ min: 0, max: 2 ** 47 })

describe('cursor', () => {
  it('comes back as the position it was made of', () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(readCursor('jobs tnt_a', writeCursor('jobs tnt_a', at))).toBe(at)
      }),
    )
  })

  it('is refused by another list and by another tenant', () => {
    fc.assert(
      fc.property(position, fc.constantFrom('jobs tnt_b', 'jobs *', 'deliveries tnt_a'), (at, scope) => {
        expect(() => readCursor(scope, writeCursor('jobs tnt_a', at))).toThrow(ProblemError)
      }),
    )
  })

  it('is refused when a character of it has changed', () => {
    const cursor = writeCursor('jobs tnt_a', 12345)
    for (let at = 0; at < cursor.length; at += 1) {
      const garbled = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1)
      expect(() => readCursor('jobs tnt_a', garbled)).toThrow(ProblemError)
    }
  })

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor('jobs tnt_a', text)).toThrow(ProblemError)
      }),
    )
  })
})
