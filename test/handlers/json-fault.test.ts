import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { jsonFault } from '../../src/handlers/thread/json-fault.ts'

class Order {
  id = 7
}
class Sealed {
  #id = 7
  get id(): number {
    return this.#id
  }
}
class Money extends Sealed {
  toJSON(): string {
    return '7 EUR'
  }
}

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['an empty object', {}],
  ['an empty array', []],
  ['an object without a prototype', Object.create(null)],
  ['an object of another realm', runInNewContext('({ a: {}, b: [] })')],
  ['a date', new Date(0)],
  ['a URL', new URL('https://a.example')],
  ['a class with fields', new Order()],
  ['a class with toJSON', new Money()],
  ['a number as an object', Object(7)],
  ['members that JSON leaves out', { run() {}, [Symbol('s')]: 1, later: undefined }],
  ['a Buffer inside, which has a JSON of its own', { file: Buffer.from('x') }],
])('%s can be a result', (_, value) => {
  expect(jsonFault(value)).toBeNull()
})

test.each<[string, unknown, RegExp]>([
  ['a Map', new Map([[1, 2]]), /a Map, .*Object\.fromEntries/],
  ['a Set', new Set([1]), /a Set, .*\[\.\.\.set\]/],
  ['a WeakMap', new WeakMap(), /a WeakMap.*plain values/],
  ['a Response', new Response('x'), /a Response.*await response\.json\(\)/],
  ['a Request', new Request('https://a.example'), /a Request/],
  ['a Blob', new Blob(['x']), /a Blob.*content/],
  ['Headers', new Headers({ a: 'b' }), /a Headers/],
  ['a form', new FormData(), /a FormData/],
  ['query parameters', new URLSearchParams('a=b'), /URLSearchParams/],
  ['a stream', Readable.from(['x']), /content\(bytes, type\)/],
  ['a web stream', new ReadableStream(), /content\(bytes, type\)/],
  ['an async iterator', (async function* () {})(), /content\(bytes, type\)/],
  ['an iterator', [1].values(), /plain values/],
  ['an error', Object.assign(new Error('no'), { code: 'E' }), /an Error.*throw it/],
  ['a regular expression', /x/, /a RegExp/],
  ['a class without fields', new Sealed(), /a Sealed/],
  ['a function', () => 1, /a function/],
  ['a symbol', Symbol('s'), /a symbol/],
  ['a BigInt', 7n, /a BigInt.*number or a text/],
  ['bytes', new Uint8Array(2), /content\(bytes, type\)/],
  ['a Buffer', Buffer.from('x'), /content\(bytes, type\)/],
  ['a buffer', new ArrayBuffer(2), /content\(bytes, type\)/],
  ['a Map inside', { orders: [{ lines: new Map() }] }, /^result\.orders\[0\]\.lines is a Map/],
  ['a promise inside', { a: Promise.resolve(1) }, /^result\.a is a Promise.*await/],
])('%s is refused with what to return instead', (_, value, buffer) => {
  expect(jsonFault(value)).toMatch(buffer)
})

test('a result of any size is looked at for a bounded time, and a circle ends', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  expect(jsonFault(circle)).toBeNull()
  expect(jsonFault(Array.from({ length: 1_000_000 }, () => ({})))).toBeNull()
})
