/** Checks a payload against the schema of its job type. */
import type { z } from 'zod'
import { cutText } from '../../domain/cut.ts'
import type { Fault } from '../../domain/errors.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import { decodeUtf8 } from '../../domain/utf8.ts'
import { parseJson } from '../primordials.ts'

/** The most faults that are reported. */
const MAX_FAULTS = 100

/** UTF-16 units of a fault's detail, which may quote the payload. */
const MAX_DETAIL = 1000

/**
 * Returns the input that the schema parses the payload into, or what is wrong with it. Rejects when the schema throws or the bytes
 * are not JSON.
 */
export async function checkPayload(input: z.ZodType, payload: Uint8Array): Promise<{ input: unknown } | { faults: Fault[] }> {
  const parsed = await input.safeParseAsync(parsePayload(payload))
  if (parsed.success) return { input: parsed.data }
  return { faults: parsed.error.issues.flatMap(faultsOf).slice(0, MAX_FAULTS) }
}

/** Parses a payload. Throws when it is not JSON in UTF-8. */
export function parsePayload(payload: Uint8Array): unknown {
  return parseJson(decodeUtf8(payload))
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  // Each unknown member is a fault of its own, instead of one fault at the object around them.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: jsonPointer([...issue.path, key]), detail: 'There is no such member.' }))
  }
  return [{ pointer: jsonPointer(issue.path), detail: cutText(String(issue.message), MAX_DETAIL) }]
}
