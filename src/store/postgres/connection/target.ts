/** Which server a `DATABASE_URL` names, and how it is reached. */
import type { ClientConfig } from 'pg'

/**
 * The driver's settings for a URL. Of libpq's words for `sslmode` it knows `disable`, `verify-full` and, the driver's own, `no-verify`:
 * they mean the same in each of its versions.
 *
 * @param rootCertificate of the authority that the server's certificate must be of, in PEM
 */
export function targetOf(url: string, rootCertificate: string | null): ClientConfig {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const mode = searchParams.get('sslmode') ?? 'disable'
  return {
    host: searchParams.get('host') ?? hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: mode === 'disable' ? false : { rejectUnauthorized: mode !== 'no-verify', ...(rootCertificate && { ca: rootCertificate }) },
  }
}
