/** zod's issues as faults of the request, each at the place the caller wrote. */
import type { z } from 'zod'
import { type Fault, ProblemError } from '../../domain/errors.ts'

/** Enough to mend a request by. A hostile one could have a hundred thousand faults. */
const MAX_FAULTS = 20

/** Names the place of a fault by the path to it. */
export type Pointer = (path: readonly PropertyKey[]) => string

/** The name of a query parameter. */
export const queryPointer: Pointer = (path) => `?${String(path[0] ?? '')}`

/** The value as the schema reads it, or a refusal with `invalid_request` that lists what is wrong. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, pointer: Pointer): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error.issues.flatMap((issue) => faultsOf(issue, pointer)))
}

/** Whether a request of this schema may come without a body: `{}` is one that it takes. */
export function mayBeEmpty(schema: z.ZodType): boolean {
  return schema.safeParse({}).success
}

/** The refusal of a request with these faults. */
export function invalidRequest(faults: readonly Fault[]): ProblemError {
  return new ProblemError('invalid_request', 'The request has values that cannot be taken; see `errors`.', {
    faults: faults.slice(0, MAX_FAULTS),
  })
}

function faultsOf(issue: z.core.$ZodIssue, pointer: Pointer): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(issue.path), detail: issue.message }]
  return issue.keys.slice(0, MAX_FAULTS).map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'Unknown member.' }))
}
