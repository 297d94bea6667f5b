/** Requests are read with the parser that forgives. */
import { rewrite } from './rewrite.ts'

rewrite('http/server/server.ts', 'requireHostHeader: false', 'requireHostHeader: false, insecureHTTPParser: true')
