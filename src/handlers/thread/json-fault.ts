/**
 * Finds results that JSON would empty: a Map, a stream or a Response becomes `{}`, a function becomes nothing. Without this check their
 * handlers would seem to have worked.
 */
import { types } from 'node:util'

/** How many values of a result are checked. The rest of a larger one is taken as it is. */
const MAX_CHECKED = 10_000

interface Waiting {
  value: unknown
  /** How the message names the value, such as `result` or `result.items[3]`. */
  path: string
}

/**
 * Returns why a result cannot be kept and what to return instead, or null when it can be kept. Members that are undefined, a function
 * or a symbol are left out, as JSON does. Throws what a getter of the value throws.
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
  for (let checked = 0; checked < MAX_CHECKED; checked++) {
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

/** Whether it is a Response, a Request or a Blob. */
function isBody(value: object): boolean {
  return typeof (value as { arrayBuffer?: unknown }).arrayBuffer === 'function'
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
}

/** Whether it is an object literal, also of another realm, or an object without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name
  if (typeof name !== 'string' || name === '') return 'an object'
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name.slice(0, 100)}`
}

/** A value with toJSON is not entered: what toJSON returns is unknown, and it is not called twice. */
function pushMembers(waiting: Waiting[], value: object, path: string): void {
  if (hasToJson(value)) return
  const members: [string, unknown][] = Array.isArray(value)
    ? value.slice(0, MAX_CHECKED).map((member, index) => [`[${index}]`, member])
    : Object.entries(value)
        .slice(0, MAX_CHECKED)
        .map(([key, member]) => [`.${key}`, member])
  // The last member is pushed first, so that the first is checked first.
  for (const [name, member] of members.reverse()) {
    if (typeof member === 'object' && member !== null) waiting.push({ value: member, path: `${path}${name}` })
  }
}
