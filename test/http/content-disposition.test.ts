import { expect, test } from 'vitest'
import { attachment } from '../../src/http/kit/content-disposition.ts'

test.each([
  ['report.csv', 'attachment; filename="report.csv"'],
  ['my report.csv', 'attachment; filename="my report.csv"'],
  ['Übersicht.csv', `attachment; filename="_bersicht.csv"; filename*=UTF-8''%C3%9Cbersicht.csv`],
  ['100%.csv', `attachment; filename="100_.csv"; filename*=UTF-8''100%25.csv`],
  [`a"b'(1)*.csv`, `attachment; filename="a_b'(1)*.csv"; filename*=UTF-8''a%22b%27%281%29%2A.csv`],
  ['😀.png', `attachment; filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png`],
])('%s is named in ASCII and, where that does not do, as it is', (filename, header) => {
  expect(attachment(filename)).toBe(header)
})
