/** The fields of a form, read within bounds. */
import { ProblemError } from '../../../domain/errors.ts'

const MAX_BYTES = 16 * 1024
const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i

/** The fields of a form that was sent. An empty body has none. Refuses with `unsupported_media_type` or `too_large`. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const declared = request.headers.get('content-length')
  const type = request.headers.get('content-type')
  if (type === null && (declared === null || declared === '0')) return new URLSearchParams()
  if (!FORM.test(type ?? '')) throw new ProblemError('unsupported_media_type', 'Send a form as application/x-www-form-urlencoded.')
  if (declared !== null && !(Number(declared) <= MAX_BYTES)) throw tooLarge()
  const parts: Uint8Array[] = []
  let size = 0
  // Cancelling the rest would cut the connection before the refusal is sent.
  for await (const part of request.body?.values({ preventCancel: true }) ?? []) {
    size += part.byteLength
    if (size > MAX_BYTES) throw tooLarge()
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts, size).toString('utf8'))
}

/** The value of a field; null for one that is absent or empty. */
export function fieldOf(form: URLSearchParams, name: string): string | null {
  const value = form.get(name)?.trim()
  return value === undefined || value === '' ? null : value
}

function tooLarge(): ProblemError {
  return new ProblemError('too_large', `A form may have at most ${MAX_BYTES} bytes.`)
}
