import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, csvRows } from '../../examples/handlers/_csv.ts'

const fieldsOf = (text: string): string[][] => [...csvRows(text)].map(({ fields }) => fields)

test.each<[string, string, string[][]]>([
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF and no end at the end',
    'a,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'quoted commas, quotes and line ends',
    '"a,b","say ""hi""","x\r\ny"\nz,,\n',
    [
      ['a,b', 'say "hi"', 'x\r\ny'],
      ['z', '', ''],
    ],
  ],
  ['empty quoted fields', '"",""\n', [['', '']]],
  ['a byte order mark', '\u{feff}a\nb', [['a'], ['b']]],
  ['empty lines, which are no rows', '\n\r\na,b\n\n', [['a', 'b']]],
])('reads %s', (_, text, rows) => {
  expect(fieldsOf(text)).toEqual(rows)
  expect([...csvRows(text)].every(({ fault }) => fault === null)).toBe(true)
})

test.each<[string, string, string]>([
  ['a quote that is never closed', 'a,"b\nc', 'a quote is never closed'],
  ['text after a closing quote', '"a"b,c\n', 'text after a closing quote'],
  ['a quote inside an unquoted field', 'a"b,c\n', 'a quote inside an unquoted field'],
])('names %s', (_, text, fault) => {
  expect([...csvRows(text)].map((row) => row.fault)).toEqual([fault])
})

test('rows know the line they begin on, also after line ends in fields', () => {
  expect([...csvRows('a\n"b\nb"\n\nc')].map(({ line }) => line)).toEqual([1, 2, 5])
})

test('whatever is written is read back', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\r', '\n', ' ', 'é') })
  const row = fc.array(field, { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      const text = rows.map((fields) => csvLine(fields)).join('')
      expect(fieldsOf(text)).toEqual(rows)
      expect([...csvRows(text)].at(-1)?.end ?? 0).toBe(text.length)
    }),
  )
})
