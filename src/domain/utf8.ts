/** A byte order mark stays, and `JSON.parse` refuses it: RFC 8259 section 8.1 forbids to send one. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of these bytes. Throws a TypeError when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes)
}
