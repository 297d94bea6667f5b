/**
 * Where the members of a JSON object stand in its bytes, so that a payload can be kept exactly as it came in:
 * re-serialising would change big numbers and key order.
 */

/** A member's name and the bytes of its value: `start` inclusive, `end` exclusive, no white space around. */
export interface MemberSpan {
  name: string
  start: number
  end: number
}

/** What one pass over a JSON object finds. */
export interface ObjectSpans {
  /** The top-level members in the order they stand there; a repeated name appears again. */
  members: MemberSpan[]
  /** How deep objects and arrays are nested; the top-level object alone is 1. */
  depth: number
}

const UTF8 = new TextDecoder()

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * One pass over the UTF-8 bytes of a JSON text that `JSON.parse` has taken already and whose value is an object. Of
 * anything else the answer means nothing. Works on bytes: no byte of a multi-byte character looks like JSON syntax.
 */
export function objectSpans(json: Uint8Array): ObjectSpans {
  const members: MemberSpan[] = []
  let depth = 0
  let deepest = 0
  let name = ''
  let valueStart = -1

  const endMember = (at: number) => {
    if (valueStart < 0) return
    members.push({ name, start: skipSpace(json, valueStart, 1), end: skipSpace(json, at - 1, -1) + 1 })
    valueStart = -1
  }

  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE: {
        const close = closingQuote(json, at)
        if (depth === 1 && valueStart < 0) name = memberName(json.subarray(at, close + 1))
        at = close
        break
      }
      case COLON:
        if (depth === 1) valueStart = at + 1
        break
      case COMMA:
        if (depth === 1) endMember(at)
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1
        if (depth > deepest) deepest = depth
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 1) endMember(at)
        depth -= 1
        break
    }
  }
  return { members, depth: deepest }
}

/** The first name that stands there twice, or null. Names are compared as they read: `"a"` and `"\u0061"` are one. */
export function repeatedName(members: readonly MemberSpan[]): string | null {
  const seen = new Set<string>()
  for (const { name } of members) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return null
}

function closingQuote(json: Uint8Array, open: number): number {
  let at = open + 1
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at
}

function memberName(quoted: Uint8Array): string {
  return JSON.parse(UTF8.decode(quoted))
}

function skipSpace(json: Uint8Array, from: number, step: 1 | -1): number {
  let at = from
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += step
  return at
}
