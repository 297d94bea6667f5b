import fc from 'fast-check'
import { expect, test } from 'vitest'
import { originalOf } from '../../src/domain/original-error.ts'

const throwing = (): never => {
  throw new Error('a getter threw')
}
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

test.each<[string, unknown, object]>([
  ['an error', new RangeError('too far'), { name: 'RangeError', message: 'too far', stack: expect.stringMatching(/^ {4}at /) }],
  ['a text', 'no', { name: 'string', message: 'no', stack: '' }],
  ['null', null, { name: 'null', message: 'null', stack: '' }],
  ['undefined', undefined, { name: 'undefined', message: 'undefined', stack: '' }],
  ['a symbol', Symbol('why'), { name: 'symbol', message: 'Symbol(why)', stack: '' }],
  ['an object', { code: 1 }, { name: 'object', message: 'The value thrown is no error.', stack: '' }],
  ['something like an error', { name: 'Odd', message: 'from elsewhere' }, { name: 'Odd', message: 'from elsewhere' }],
  [
    'members that throw',
    Object.defineProperties(new Error('x'), { message: { get: throwing }, stack: { get: throwing } }),
    { name: 'Error' },
  ],
  ['members that are no texts', Object.assign(new Error('x'), { name: 7, message: {} }), { name: 'object' }],
  ['a revoked proxy', revoked(), { name: 'object', stack: '' }],
  ['a proxy that refuses everything', new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing }), { name: 'object' }],
  ['a cause that cannot be read', Object.defineProperty(new Error('x'), 'cause', { get: throwing }), { message: 'x' }],
])('of %s the operator is told what can be read', (_, thrown, original) => {
  expect(originalOf(thrown)).toMatchObject(original)
})

test('causes are told with their words and frames, at most three, and a circle of them ends', () => {
  const chain = [4, 3, 2, 1].reduce<unknown>((cause, n) => new Error(`cause ${n}`, { cause }), undefined)
  expect(originalOf(new Error('top', { cause: chain })).stack.match(/^Caused by .*$/gm)).toEqual(
    [1, 2, 3].map((n) => `Caused by Error: cause ${n}`),
  )
  const circle = new Error('circle')
  circle.cause = new Error('back', { cause: circle })
  expect(originalOf(circle).stack.match(/^Caused by .*$/gm)).toEqual(['Caused by Error: back'])
})

test('however long its parts are, an original has at most 8 KiB', () => {
  fc.assert(
    fc.property(fc.constantFrom('x', 'ä', '\u{1f600}', '\ud800', '\n    at '), fc.integer({ min: 1, max: 20_000 }), (text, length) => {
      const long = text.repeat(length).slice(0, length)
      const error = Object.assign(new Error(long, { cause: new Error(long) }), { name: long, stack: `    at ${long}\n`.repeat(5) })
      const { name, message, stack } = originalOf(error)
      expect(name.length + message.length + stack.length).toBeLessThanOrEqual(8192)
      expect([name, message, stack].every((part) => part.isWellFormed())).toBe(true)
    }),
    { numRuns: 50 },
  )
})
