/** JSON as submitters could write it: valid in every way the grammar allows, and invalid in every way people try. */
import type { Rng } from '../../harness/rng.ts'

/** A request body and what must become of it. */
export interface Document {
  name: string
  body: Buffer
  /** The payload's bytes, which must be kept; or the statuses one of which must refuse it. */
  fate: { kept: Buffer } | { refused: readonly number[] }
}

// biome-ignore format: one list
const NUMBERS = [
  '0', '-0', '-0.0', '0e0', '1E+2', '1e-2', '1.0', '1.10', '9007199254740993', '-9007199254740993',
  '12345678901234567890', '1e400', '-1e400',
  '1e-400', '123456789012345678901234567890.1234567890123456789', '0.1000000000000000055511151231257827',
]
// biome-ignore format: one list
const TEXTS = [
  '', 'plain', '\\u0000', '\\ud800', '\\udfff', '\\udc00\\ud800', '\\ud83d\\ude00', '\\u00e9', '\\/', '/',
  '\\b\\f\\n\\r\\t\\"\\\\', 'é', '東京', '🦊', '\u2028\u2029', '\ufeff',
  '\uffff', '\u202eabc', '\x7f', '<script>', '-->', '__proto__', 'e\u0301', '%00', '\\u003c',
]
const NAMES = [
  ...TEXTS,
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  'type',
  'payload',
  '\\u0061',
  'a',
  '0',
  '-1',
]
const SPACES = ['', '', '', ' ', '\n', '\r\n', '\t', ' \t\r\n ']

/** Texts that are no JSON value, each put where a value could stand. */
// biome-ignore format: one list
const NO_VALUES = [
  'NaN', 'Infinity', '-Infinity', 'undefined', 'True', 'nul', 'None', "'single'", '`tick`', '.5', '5.', '+1', '01',
  '-', '--1', '1e', '1e+', '0x1F', '1_000', '1n', '1 2',
  '"\\x41"', '"\\u12"', '"\\uZZZZ"', '"\\q"', '"open', '"line\nend"', '"tab\there"', '"nul\0"', '"unit\x1f"', '[1,]',
  '[,1]', '[1 2]', '[', ']', '{', '{"a":1,}', '{,}', '{a:1}', "{'a':1}", '{"a"}',
  '{"a":}', '{"a" 1}', '{1:2}', '1 // comment', '1 /* comment */', '1 # comment', '\u00a01', '\u20281', '\ufeff1',
  '\x0b1', '\x0c1', '()', '/x/', '"a" "b"',
]

/** Bytes that are no UTF-8, each inside a string. */
// biome-ignore format: one list
const NO_UTF8 = [
  [0xff], [0xfe], [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xf0, 0x9f, 0xa6], [0xc3],
]

const MOST_DEPTH = 6
const MOST_MEMBERS = 5

/** A document that must be kept, or in one of three cases refused. */
export function randomDocument(rng: Rng, type: string): Document {
  const roll = rng.next()
  if (roll < 0.2) {
    const wrong = pick(NO_VALUES, rng)
    return { name: `no JSON: ${wrong}`, body: wrap(type, Buffer.from(randomValue(rng, 0, wrong)), rng), fate: { refused: [400] } }
  }
  if (roll < 0.3) {
    const bytes = Buffer.from(pick(NO_UTF8, rng))
    const [before = '', after = ''] = randomValue(rng, 0, '"here: \x01"').split('\x01')
    const payload = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])
    return { name: `no UTF-8: ${bytes.toString('hex')}`, body: wrap(type, payload, rng), fate: { refused: [400] } }
  }
  const payload = Buffer.from(randomValue(rng, 0))
  return { name: payload.toString().slice(0, 200), body: wrap(type, payload, rng), fate: { kept: payload } }
}

/** A value's text; with `planted`, that stands somewhere in it. */
function randomValue(rng: Rng, depth: number, planted?: string): string {
  const roll = rng.next()
  const deep = depth < MOST_DEPTH && roll < (planted === undefined ? 0.55 : 0.8)
  if (!deep) return planted ?? atom(rng)
  const size = rng.between(planted === undefined ? 0 : 1, MOST_MEMBERS)
  const at = rng.between(0, size - 1)
  const values = Array.from(
    { length: size },
    (_, n) => space(rng) + randomValue(rng, depth + 1, n === at ? planted : undefined) + space(rng),
  )
  if (roll < 0.3) return `[${values.join(',') || space(rng)}]`
  return `{${values.map((value) => `${space(rng)}"${pick(NAMES, rng)}"${space(rng)}:${value}`).join(',') || space(rng)}}`
}

function atom(rng: Rng): string {
  const roll = rng.next()
  if (roll < 0.4) return pick(NUMBERS, rng)
  if (roll < 0.5) return pick(['true', 'false', 'null'], rng)
  if (roll < 0.6) {
    const digits = () => rng.between(0, 2 ** 31)
    return `${rng.next() < 0.5 ? '-' : ''}${rng.between(1, 2 ** 31)}${digits()}${digits()}.${digits()}0`
  }
  return `"${Array.from({ length: rng.between(0, 4) }, () => pick(TEXTS, rng)).join('')}"`
}

/** The body around a payload, its members in either order. */
function wrap(type: string, payload: Buffer, rng: Rng): Buffer {
  const gap = () => Buffer.from(space(rng))
  const name = rng.next() < 0.2 ? '"p\\u0061yload"' : '"payload"'
  const member = [gap(), Buffer.from(name), gap(), Buffer.from(':'), gap(), payload, gap()]
  const typed = Buffer.from(`${space(rng)}"type"${space(rng)}:"${type}"${space(rng)}`)
  const members = rng.next() < 0.5 ? [...member, Buffer.from(','), typed] : [typed, Buffer.from(','), ...member]
  return Buffer.concat([gap(), Buffer.from('{'), ...members, Buffer.from('}'), gap()])
}

function space(rng: Rng): string {
  return pick(SPACES, rng)
}

function pick<T>(items: readonly T[], rng: Rng): T {
  return items[rng.between(0, items.length - 1)] as T
}
