import type { ProblemError } from '../../domain/errors.ts'

/** What a refusal says besides the error itself. */
export interface ProblemHead {
  title: string
  status: number
  detail: string
  requestId: string
}

/** The problem document (RFC 9457) of a refusal. */
export function problemDocument({ code, faults, extra }: ProblemError, { title, status, detail, requestId }: ProblemHead) {
  return {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(faults.length > 0 ? { errors: faults } : {}),
    ...extra,
  }
}
