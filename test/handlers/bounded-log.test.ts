import { expect, test } from 'vitest'
import type { Cut } from '../../src/domain/progress.ts'
import { boundedLog } from '../../src/handlers/thread/bounded-log.ts'
import { testClock } from '../support/clock.ts'

function log() {
  const clock = testClock()
  const lines: { level: string; message: string; fields: object | null }[] = []
  const cuts: Cut[] = []
  const bounded = boundedLog(
    (level, message, fields) => void lines.push({ level, message, fields }),
    clock.monotonic,
    (what) => void cuts.push(what),
  )
  return { clock, lines, cuts, ...bounded }
}

const throwing = (): never => {
  throw new Error('hostile')
}

test.each<[string, unknown, unknown, object]>([
  ['words and fields', 'paid', { n: 1, at: new Date(0) }, { message: 'paid', fields: { n: 1, at: '1970-01-01T00:00:00.000Z' } }],
  ['no fields', 'paid', undefined, { message: 'paid', fields: null }],
  ['fields that are no object', 'paid', 7, { message: 'paid', fields: { value: 7 } }],
  ['a message that is no text', Symbol('s'), null, { message: 'Symbol(s)', fields: { value: null } }],
  ['a message that cannot be a text', { toString: throwing }, {}, { message: 'a message that is no text' }],
  ['fields that throw', 'paid', { toJSON: throwing }, { fields: { unserializable: true } }],
  ['a circle', 'paid', Object.assign([], { 0: 1n }), { fields: { unserializable: true } }],
])('%s become one line', (_, message, fields, line) => {
  const { write, lines } = log()
  write('info', message, fields)
  expect(lines).toMatchObject([{ level: 'info', ...line }])
})

test('words and fields have at most 8 KiB each; what is cut is marked and counted', () => {
  const { write, lines, cuts } = log()
  write('info', 'x'.repeat(9000), { x: 'y'.repeat(9000) })
  expect(lines[0]?.message).toBe(`${'x'.repeat(8191)}…`)
  expect(lines[0]?.fields).toEqual({ cut: `{"x":"${'y'.repeat(8185)}…` })
  expect(cuts).toEqual(['log'])
})

test('200 lines a second; how many were left out is told when the second is over, and at the end', async () => {
  const { write, end, lines, cuts, clock } = log()
  for (let n = 0; n < 300; n++) write('debug', n, undefined)
  expect(lines).toHaveLength(200)
  await clock.push(1000)
  for (let n = 0; n < 201; n++) write('debug', n, undefined)
  expect(lines[200]).toMatchObject({ level: 'warn', fields: { left_out: 100 } })
  end()
  expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { left_out: 1 } })
  expect(cuts).toEqual(Array.from({ length: 101 }, () => 'log_lines'))
})
