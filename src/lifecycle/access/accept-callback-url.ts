import { ProblemError } from '../../domain/errors.ts'
import type { Context } from '../process/context.ts'

/**
 * A callback URL in the one canonical form that is stored and dialled. Refuses with `callback_url_forbidden` or
 * `invalid_request`, at `pointer` (a JSON pointer into the request).
 */
export function acceptCallbackUrl(context: Pick<Context, 'checkCallbackUrl'>, url: string, pointer: string): string {
  const verdict = context.checkCallbackUrl(url)
  if (verdict.ok) return verdict.url
  const code = verdict.forbidden ? 'callback_url_forbidden' : 'invalid_request'
  throw new ProblemError(code, 'The callback URL is refused.', { faults: [{ pointer, detail: verdict.detail }] })
}
