import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonForTerminal, lines, oneLine } from '../../src/cli/output/escape.ts'

test.each([
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['one\ntwo\ttab\r', 'one\\ntwo\\ttab\\r'],
  ['\u009b31m', '\\x9b31m'],
  ['abc\u202etxt.exe', 'abc\\u{202e}txt.exe'],
  ['Grüße, 東京 🎉', 'Grüße, 東京 🎉'],
])('%j shows as %s', (text, shown) => {
  expect(oneLine(text)).toBe(shown)
})

test('no text has anything left that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be gone
      expect(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(oneLine(text))).toBe(false)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be gone
      expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(lines(text))).toBe(false)
    }),
  )
})

test('JSON that is made harmless is the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(JSON.parse(jsonForTerminal(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
