import type { JobGroup } from '../../ports/jobs.ts'

/** Jobs of one type, status and error code, counted. */
export function jobGroupDocument({ type, status, errorCode, count }: JobGroup) {
  return { type, status, error_code: errorCode, count }
}
