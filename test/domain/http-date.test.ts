import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHttpDate } from '../../src/domain/http-date.ts'

const NOW = Date.parse('2026-11-28T12:00:00Z')
const NINE = Date.parse('2026-11-28T21:00:00Z')

test.each([
  'Sat, 28 Nov 2026 21:00:00 GMT',
  'Saturday, 28-Nov-26 21:00:00 GMT',
  'Sat Nov 28 21:00:00 2026',
  'Sat, 28 Nov 2026 21:00:00 UTC',
  'Sat, 28 Nov 2026 21:00:00 UT',
  'Sat, 28 Nov 2026 21:00:00 Z',
  'Sat, 28 Nov 2026 21:00:00 +0000',
  'Sat, 28 Nov 2026 21:00:00 -0000',
  'Sat, 28 Nov 2026 22:00:00 +0100',
  'Sun, 29 Nov 2026 02:30:00 +0530',
  'Sat, 28 Nov 2026 16:00:00 EST',
  'Sat, 28 Nov 2026 14:00:00 PDT',
  '28 Nov 2026 21:00 GMT',
  'sat, 28 nov 2026 21:00:00 gmt',
  'SAT, 28 NOV 2026 21:00:00 GMT',
  'Sat Nov 28 21:00:00 2026'.toLowerCase(),
  '2026-11-28T21:00:00Z',
  '2026-11-28t21:00:00z',
  '2026-11-28 21:00:00Z',
  '2026-11-28T21:00Z',
  '2026-11-28T21:00:00.000Z',
  '2026-11-28T21:00:00+00:00',
  '2026-11-28T22:00:00+0100',
  '2026-11-28T13:00:00-08:00',
])('%s is nine in the evening, UTC', (text) => expect(parseHttpDate(text, NOW)).toBe(NINE))

test.each([
  'soon',
  '',
  '2026-11-28',
  '2026-11-28T21:00:00',
  'Sat, 28 Nov 2026 21:00:00',
  'Sat, 28 Nov 2026 21:00:00 CET',
  'Sat, 28 Nov 2026 21:00:00 A',
  'Sat, 31 Feb 2026 21:00:00 GMT',
  'Sat, 28 Nov 2026 24:00:00 GMT',
  'Sat, 28 Nov 2026 21:60:00 GMT',
  'Sat, 28 Nov 2026 21:00:00 +2500',
  'Sat, 28 Nov 26 21:00:00 GMT',
  '11/28/2026 21:00:00 GMT',
  '28/11/2026',
  '2026-13-01T00:00:00Z',
  '20261128T210000Z',
  '1795899600',
  'Sat, 28 Nov 2026 21:00:00 GMT, Sat, 28 Nov 2026 22:00:00 GMT',
])('%s names no moment, or several', (text) => expect(parseHttpDate(text, NOW)).toBeUndefined())

test('a fraction of a millisecond counts as a whole one, lest we come back early', () => {
  expect(parseHttpDate('2026-11-28T21:00:00.25Z', NOW)).toBe(NINE + 250)
  expect(parseHttpDate('2026-11-28T21:00:00.0000001Z', NOW)).toBe(NINE + 1)
})

test('a year of two digits is at most 50 years ahead', () => {
  expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW)).toBe(Date.parse('1994-11-06T08:49:37Z'))
  expect(parseHttpDate('Friday, 06-Nov-76 08:49:37 GMT', NOW)).toBe(Date.parse('2076-11-06T08:49:37Z'))
})

test('every date that JavaScript writes in UTC is read to its second, whatever the case', () => {
  const dates = fc.date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  fc.assert(
    fc.property(dates, fc.boolean(), (date, isLower) => {
      const written = (text: string) => (isLower ? text.toLowerCase() : text)
      expect(parseHttpDate(written(date.toISOString()), NOW)).toBe(date.getTime())
      expect(parseHttpDate(written(date.toUTCString()), NOW)).toBe(Math.floor(date.getTime() / 1000) * 1000)
    }),
  )
})
