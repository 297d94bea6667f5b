/** Request bodies: read within bounds, parsed once, kept as the bytes they came in. */
import { ProblemError } from '../../domain/errors.ts'
import { type MemberSpan, objectSpans, repeatedName } from '../../domain/json-span.ts'
import { decodeUtf8 } from '../../domain/utf8.ts'
import { invalidRequest } from './validate.ts'

/** Deeper nesting is refused: later readers of the payload may recurse. */
const MAX_DEPTH = 256
/** `utf8` is no registered name (RFC 3629 section 8), but what several clients say. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*(?:charset=(?:utf-?8|"utf-?8")[ \t]*)?)?$/i

/** A body as its bytes. Its value is not kept: a payload can be ten times as large as a value than as bytes. */
export interface JsonBody {
  bytes: Uint8Array
  members: readonly MemberSpan[]
}

/** How a body is read. */
export interface Reading {
  /** The largest body. */
  maxBytes: number
  /** Called with how many bytes there may be before the first is read, and with how many there are after the last. It may refuse. */
  reserve(bytes: number): void
  /** An empty body, of whatever type, counts as `{}`. */
  mayBeEmpty: boolean
}

const EMPTY_OBJECT = new TextEncoder().encode('{}')

/**
 * The bytes of a request's JSON. Refuses with `unsupported_media_type`, `too_large` (above `maxBytes`; a declared length is
 * judged before anything is read) or `invalid_json` when it ends too soon.
 */
export async function readBody(request: Request, { maxBytes, reserve, mayBeEmpty }: Reading): Promise<Uint8Array> {
  const isJson = isPlainJson(request.headers)
  const declared = request.headers.get('content-length')
  if (!isJson && !(mayBeEmpty && Number(declared) === 0)) throw notJson()
  if (declared !== null && !(Number(declared) <= maxBytes)) throw tooLarge(maxBytes)
  reserve(declared === null ? maxBytes : Number(declared))
  const bytes = await readBytes(request, declared === null, maxBytes)
  reserve(bytes.byteLength)
  if (bytes.byteLength === 0 && mayBeEmpty) return EMPTY_OBJECT
  if (!isJson) throw notJson()
  return bytes
}

/** The JSON object in a body. Refuses with `invalid_json`, or `invalid_request` when it is something else. */
export function parseJsonObject(bytes: Uint8Array): { value: object; body: JsonBody } {
  const value = parse(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest([{ pointer: '', detail: 'The body must be a JSON object.' }])
  }
  const { members, depth } = objectSpans(bytes)
  if (depth > MAX_DEPTH) throw invalidJson(`The body is nested deeper than ${MAX_DEPTH} levels.`)
  if (repeatedName(members) !== null) throw invalidJson('A top-level member stands there twice.')
  return { value, body: { bytes, members } }
}

/** The bytes of a top-level member's value, or null when there is no such member. */
export function memberBytes(body: JsonBody, name: string): Uint8Array | null {
  const span = body.members.find((member) => member.name === name)
  return span ? body.bytes.subarray(span.start, span.end) : null
}

function isPlainJson(headers: Headers): boolean {
  const encoding = headers.get('content-encoding')
  return JSON_TYPE.test(headers.get('content-type') ?? '') && (encoding === null || encoding.toLowerCase() === 'identity')
}

async function readBytes(request: Request, uncounted: boolean, maxBytes: number): Promise<Uint8Array> {
  try {
    // The HTTP parser holds a body to its declared length, so only one without needs counting.
    const bytes = uncounted ? await readCounted(request, maxBytes) : new Uint8Array(await request.arrayBuffer())
    if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes)
    return bytes
  } catch (error) {
    if (error instanceof ProblemError) throw error
    throw invalidJson('The request ended before its body was complete.')
  }
}

async function readCounted(request: Request, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  // Cancelling the rest would cut the connection before the refusal is sent.
  for await (const part of request.body?.values({ preventCancel: true }) ?? []) {
    size += part.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    parts.push(part)
  }
  return Buffer.concat(parts, size)
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes))
  } catch {
    throw invalidJson('The body is not valid JSON in UTF-8.')
  }
}

function notJson(): ProblemError {
  return new ProblemError('unsupported_media_type', 'Send the body as `Content-Type: application/json`, UTF-8, without content encoding.')
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError('too_large', `The body may have at most ${maxBytes} bytes.`)
}

function invalidJson(detail: string): ProblemError {
  return new ProblemError('invalid_json', detail)
}
