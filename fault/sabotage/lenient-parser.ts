/** Requests are read with the parser that forgives. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/server/server.ts', 'requireHostHeader: false', 'requireHostHeader: false, insecureHTTPParser: true')
