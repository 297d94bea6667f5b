/**
 * Results that JSON would turn into nothing: a Map, a stream or a Response is `{}` as JSON, a function is no text at all.
 * Their handlers would seem to have worked.
 */
import { types } from 'node:util'

/** Values looked at; of a larger result the rest is taken as it is. */
const MAX_LOOKED_AT = 10_000

interface Waiting {
  value: unknown
  /** How the value is named in the message, such as `The result` or `result.items[3]`. */
  path: string
}

/**
 * Why a result cannot be kept, with the way out; null when nothing speaks against it. Members that are undefined, a function
 * or a symbol are left out, as JSON does. May throw what a getter of the value throws.
 */
export function jsonFault(result: unknown): string | null {
  if (typeof result === 'bigint') return 'The handler returned a BigInt, which JSON does not have: return a number or a text.'
  if (typeof result === 'function' || typeof result === 'symbol') {
    return `The handler returned a ${typeof result}, which JSON does not have: return plain values, objects and arrays.`
  }
  if (types.isArrayBufferView(result) || types.isAnyArrayBuffer(result)) {
    return 'The handler returned bytes: return content(bytes, type).'
  }
  const waiting: Waiting[] = [{ value: result, path: 'result' }]
  for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
    const next = waiting.pop()
    if (next === undefined) return null
    const { value, path } = next
    if (typeof value !== 'object' || value === null) continue
    const way = emptied(value)
    if (way !== null)
      return `${path === 'result' ? 'The handler returned' : `${path} is`} ${nameOf(value)}, which JSON would empty: ${way}.`
    pushMembers(waiting, value, path)
  }
  return null
}

/** What to return instead of a value that JSON empties; null for any other. */
function emptied(value: object): string | null {
  if (types.isMap(value)) return 'return Object.fromEntries(map), or an array of its entries'
  if (types.isSet(value)) return 'return an array, such as [...set]'
  if (types.isPromise(value)) return 'await it first'
  if (isStream(value)) return 'read it to its end and return content(bytes, type), or location(url)'
  if (types.isNativeError(value) && !hasToJson(value)) return 'throw it, or return its message'
  if (hasToJson(value) || Array.isArray(value) || types.isBoxedPrimitive(value) || isPlain(value)) return null
  if (Object.keys(value).length > 0 && !types.isRegExp(value)) return null
  return isBody(value)
    ? 'return its content, such as await response.json(), or content(bytes, type)'
    : 'return plain values, objects and arrays'
}

function isStream(value: object): boolean {
  const { pipe, pipeTo } = value as { pipe?: unknown; pipeTo?: unknown }
  return typeof pipe === 'function' || typeof pipeTo === 'function' || Symbol.asyncIterator in value
}

/** A Response, a Request, a Blob. */
function isBody(value: object): boolean {
  return typeof (value as { arrayBuffer?: unknown }).arrayBuffer === 'function'
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
}

/** An object literal, also one from another realm, or an object without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name
  if (typeof name !== 'string' || name === '') return 'an object'
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name.slice(0, 100)}`
}

/** Of what toJSON gives nothing is known: it is not called twice. */
function pushMembers(waiting: Waiting[], value: object, path: string): void {
  if (hasToJson(value)) return
  const members: [string, unknown][] = Array.isArray(value)
    ? value.slice(0, MAX_LOOKED_AT).map((member, index) => [`[${index}]`, member])
    : Object.entries(value)
        .slice(0, MAX_LOOKED_AT)
        .map(([key, member]) => [`.${key}`, member])
  // From the end, so that the first member is looked at first.
  for (const [name, member] of members.reverse()) {
    if (typeof member === 'object' && member !== null) waiting.push({ value: member, path: `${path}${name}` })
  }
}
