/** Reads the body of an answer: to its end, or of a stream, which has none, as far as it is wanted. */
import type { Dispatcher } from 'undici'
import { COMMENT } from '../../../src/wire/documents/live.ts'

/** Every stream begins with a block of its own. */
const FIRST_BLOCK = '\n\n'

/**
 * The text of an answer. A stream is read until `until` has come, and then closed. Throws when it has nothing to say before that: it
 * ends, or sends a comment, which says so.
 */
export async function readAnswer({ headers, body }: Dispatcher.ResponseData, until: string = FIRST_BLOCK): Promise<string> {
  if (!String(headers['content-type']).startsWith('text/event-stream')) return body.text()
  let text = ''
  // Leaving the loop closes the connection.
  for await (const part of body.setEncoding('utf8')) {
    text += part
    if (text.includes(until)) return text
    if (text.includes(`\n${COMMENT}`)) break
  }
  throw new Error(`a stream never said ${until}: ${text}`)
}
