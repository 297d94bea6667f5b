const MAX_HEADERS = 64
const MAX_LENGTH = 8192

/**
 * The response headers that the attempt log keeps: the first 64, 8 KiB in all. `retry-after` comes first, because the retry depends on
 * it. A header that came several times is joined by commas (RFC 9110 section 5.3).
 */
export function keepHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const { 'retry-after': retryAfter, ...others } = headers
  const kept: [string, string][] = []
  let length = 0
  for (const [name, value] of Object.entries({ 'retry-after': retryAfter, ...others })) {
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : value.join(', ')
    length += name.length + text.length
    if (kept.length === MAX_HEADERS || length > MAX_LENGTH) break
    kept.push([name, text])
  }
  return Object.fromEntries(kept)
}
