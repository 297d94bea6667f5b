import { expect, test } from 'vitest'
import { causeCodeOf, SendFailure } from '../../src/webhook/failure.ts'

const coded = (code: unknown, message = 'connect ECONNREFUSED 10.0.0.1:80') => Object.assign(new Error(message), { code })

test.each(['CERT_HAS_EXPIRED', 'ENOTFOUND', 'ESERVFAIL', 'ECONNREFUSED', 'HPE_INVALID_CONSTANT', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  'the code of what led to a failure is told: %s',
  (code) => expect(causeCodeOf(new SendFailure('network_error', { cause: coded(code) }))).toBe(code),
)

test.each(['UND_ERR_SOCKET', 'getaddrinfo internal.host', 'e10.0.0.1', 'A'.repeat(65), '', 42, null])(
  'a code that is none, or our library\u2019s own, is not: %s',
  (code) => expect(causeCodeOf(new SendFailure('network_error', { cause: coded(code) }))).toBeNull(),
)

test('a failure without a cause has none', () => {
  expect(causeCodeOf(new SendFailure('timeout'))).toBeNull()
  expect(causeCodeOf('thrown text')).toBeNull()
})
