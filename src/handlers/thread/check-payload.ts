/** In the thread: a payload against the schema of its job type. */
import type { z } from 'zod'
import { cutText } from '../../domain/cut.ts'
import type { Fault } from '../../domain/errors.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import { decodeUtf8 } from '../../domain/utf8.ts'
import { parseJson } from '../own-globals.ts'

/** More would only make the answer long. */
const MAX_FAULTS = 100

/** UTF-16 units: an issue may quote the payload. */
const MAX_DETAIL = 1000

/** What is wrong with the payload's JSON, or the input the schema makes of it. Rejects when the schema itself throws, or the bytes are not JSON. */
export async function checkPayload(input: z.ZodType, payload: Uint8Array): Promise<{ input: unknown } | { faults: Fault[] }> {
  const parsed = await input.safeParseAsync(parsePayload(payload))
  if (parsed.success) return { input: parsed.data }
  return { faults: parsed.error.issues.flatMap(faultsOf).slice(0, MAX_FAULTS) }
}

/** The payload as a value. */
export function parsePayload(payload: Uint8Array): unknown {
  return parseJson(decodeUtf8(payload))
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  // One fault at each member nobody asked for, not one at the object around them.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: jsonPointer([...issue.path, key]), detail: 'There is no such member.' }))
  }
  return [{ pointer: jsonPointer(issue.path), detail: cutText(String(issue.message), MAX_DETAIL) }]
}
