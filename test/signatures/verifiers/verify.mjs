/** JavaScript, with the reference library. Reads `[{secret, headers, body}]` from standard input; prints for each whether it verifies. */
import { readFileSync } from 'node:fs'
// docs:start
import { Webhook } from 'standardwebhooks'

/** The event of a callback. Throws unless Ringback signed it in the last five minutes. `body` is the request's body as it came. */
export function verify(secret, headers, body) {
  return new Webhook(secret).verify(body, headers)
}
// docs:end

function verifies({ secret, headers, body }) {
  try {
    verify(secret, headers, body)
    return true
  } catch {
    return false
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(verifies)))
