/** Whose page a form was sent from. Browsers say so themselves, and no page can make them lie. */

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/

/**
 * The origin of ours that a request was sent from: PUBLIC_URL's, or the loopback address's that it was sent to. Null: another page's, or
 * not a browser's. Without an `Origin`, `Sec-Fetch-Site` must name the same one.
 */
export function ownOriginOf(request: Request, publicUrl: string): string | null {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return null
  const origin = request.headers.get('origin')
  const own = ownOrigins(request, publicUrl)
  if (origin !== null) return own.includes(origin) ? origin : null
  const { host } = new URL(request.url)
  return site === 'same-origin' ? (own.find((one) => new URL(one).host === host) ?? null) : null
}

/** Whether it is plain http on the machine itself, where browsers keep no `Secure` cookie. */
export function isPlainLoopback(origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && LOOPBACK.test(hostname)
}

/** Whether the request may come from a browser that has us on plain http on the machine itself. */
export function maybePlainLoopback(request: Request, publicUrl: string): boolean {
  return ownOrigins(request, publicUrl).some(isPlainLoopback)
}

/** A name that leads to a loopback address by somebody's DNS is not the loopback address. */
function ownOrigins({ url }: Request, publicUrl: string): string[] {
  const { host, hostname } = new URL(url)
  return [new URL(publicUrl).origin, ...(LOOPBACK.test(hostname) ? [`http://${host}`] : [])]
}
