import { resolve } from 'node:path'
import { type MemberSpan, objectSpans, repeatedName } from '../domain/json-span.ts'
import { BadValue, readText } from './values.ts'

const UTF8 = new TextDecoder()

/**
 * The object in a JSON file; a byte order mark before it is passed over. Throws `BadValue`, with nothing of what stands in
 * the file but names, when it is no JSON object, or when an object in it has a member twice.
 */
export function readJsonObject(path: string): Record<string, unknown> {
  const source = readText(path).replace(/^\ufeff/, '')
  const value = parse(path, source)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadValue(`${resolve(path)}: must hold a JSON object`)
  const repeated = firstRepeated(new TextEncoder().encode(source), [])
  if (repeated !== null) throw new BadValue(`${resolve(path)}: has a member twice: ${repeated.join('.')}`)
  return value as Record<string, unknown>
}

function parse(path: string, source: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    // The parser's message quotes the text, which may be a secret.
    const [place] = /line \d+ column \d+/.exec(String(error)) ?? []
    throw new BadValue(`${resolve(path)}: is not JSON${place === undefined ? '' : ` (${place})`}`)
  }
}

/** The names that lead to the first member that stands twice in its object, looking into objects within objects. */
function firstRepeated(json: Uint8Array, path: readonly string[]): readonly string[] | null {
  const { members } = objectSpans(json)
  const name = repeatedName(members)
  if (name !== null) return [...path, name]
  for (const member of members) {
    const found = isObject(json, member) ? firstRepeated(json.subarray(member.start, member.end), [...path, member.name]) : null
    if (found !== null) return found
  }
  return null
}

function isObject(json: Uint8Array, { start }: MemberSpan): boolean {
  return UTF8.decode(json.subarray(start, start + 1)) === '{'
}
