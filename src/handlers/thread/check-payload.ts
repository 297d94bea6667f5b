/** In the thread: a payload against the schema of its job type. */
import type { z } from 'zod'
import { cutText } from '../../domain/cut.ts'
import type { Fault } from '../../domain/errors.ts'
import { parseJson, TextDecoder } from '../own-globals.ts'

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
  return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload))
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  // One fault at each member nobody asked for, not one at the object around them.
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'There is no such member.' }))
  }
  return [{ pointer: pointer(issue.path), detail: cutText(String(issue.message), MAX_DETAIL) }]
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
