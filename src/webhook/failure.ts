/** The stable error classes of the attempt log, and how what Node and undici throw maps to them. */
import { errors } from 'undici'

/** The class of a failed attempt, as the attempt log shows it; `interrupted` never reaches the log. */
export type ErrorClass =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_closed'
  | 'dns_failed'
  | 'tls_failed'
  | 'network_unreachable'
  | 'headers_too_large'
  | 'invalid_response'
  | 'forbidden_address'
  | 'network_error'
  | 'interrupted'

/** A failure whose class is known where it arises. Carries no address: its text may reach a log. */
export class SendFailure extends Error {
  readonly errorClass: ErrorClass

  constructor(errorClass: ErrorClass, options?: ErrorOptions) {
    super(errorClass, options)
    this.name = 'SendFailure'
    this.errorClass = errorClass
  }
}

const BY_CODE: Readonly<Record<string, ErrorClass>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  EHOSTDOWN: 'network_unreachable',
  EADDRNOTAVAIL: 'network_unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'invalid_response',
}

/** The class of an error. @param otherwise the class of an error that has none of its own */
export function errorClassOf(error: unknown, otherwise: ErrorClass = 'network_error'): ErrorClass {
  if (error instanceof SendFailure) return error.errorClass
  if (error instanceof errors.HTTPParserError) return 'invalid_response'
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code !== 'string') return otherwise
  // undici has one code for a peer that hung up and for one that broke the protocol.
  if (code === 'UND_ERR_SOCKET') return String(message).startsWith('bad ') ? 'invalid_response' : 'connection_closed'
  return BY_CODE[code] ?? otherwise
}

/** The codes of the system, OpenSSL, c-ares and the HTTP parser. Nothing else is shown: it might name hosts. */
const CODE = /^(?!UND_)[A-Z][A-Z0-9_]{0,63}$/
/** At most so many causes of causes are looked at. */
const DEPTH = 4

/** The code of what led to a failure, such as `CERT_HAS_EXPIRED`, `ENOTFOUND` or `HPE_INVALID_CONSTANT`; null when nothing has one. */
export function causeCodeOf(error: unknown): string | null {
  let one = error
  for (let depth = 0; depth < DEPTH && one instanceof Error; depth++, one = one.cause) {
    if ('code' in one && typeof one.code === 'string' && CODE.test(one.code)) return one.code
  }
  return null
}
