import type { JobDocument } from '../../../client/documents/job.ts'
import { oneLine } from '../../output/escape.ts'

/** How a wait ended, in words. */
export function endWords({ id, status, error }: JobDocument): string {
  switch (status) {
    case 'completed':
      return `${id} is completed`
    case 'failed':
      return oneLine(`${id} failed: ${error?.code ?? 'unknown'}: ${error?.message ?? ''}`)
    case 'canceled':
      return `${id} was canceled`
    default:
      return `${id} is still ${status}: ringback jobs wait ${id}`
  }
}
