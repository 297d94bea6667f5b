/** The cookie of a session. */
import { isPlainLoopback, maybePlainLoopback } from './origin.ts'

/** Browsers take it only with `Secure`, for this host and all of its paths: no other host can set it. */
const SECURE_NAME = '__Host-ringback'
const PLAIN_NAME = 'ringback'
const SESSION_ID = /^[\w-]{43}$/

/** The `Set-Cookie` that keeps a session for a browser that has us at this origin. */
export function sessionCookie(origin: string, id: string, maxAgeSeconds: number): string {
  const plain = isPlainLoopback(origin)
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`
  return `${plain ? PLAIN_NAME : SECURE_NAME}=${id}; ${attributes}${plain ? '' : '; Secure'}`
}

/** The `Set-Cookie` that makes the browser forget it. */
export function noSessionCookie(origin: string): string {
  return sessionCookie(origin, '', 0)
}

/** The session that a request names. The plain name is read only where we give it out: elsewhere a neighbouring host could set it. */
export function namedSession(request: Request, publicUrl: string): string | null {
  const cookies = new Map<string, string>()
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  const id = cookies.get(SECURE_NAME) ?? (maybePlainLoopback(request, publicUrl) ? cookies.get(PLAIN_NAME) : undefined)
  return id !== undefined && SESSION_ID.test(id) ? id : null
}
