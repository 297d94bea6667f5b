import { expect, it } from 'vitest'
import { matchesEtag } from '../../src/http/kit/etag.ts'

it.each([
  [null, false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['', false],
])('If-None-Match %j against "a": %j', (header, matches) => {
  expect(matchesEtag(header, '"a"')).toBe(matches)
})
