/** As many bodies as come are kept in memory, and answers for as long as nobody reads them. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/admission/admission.ts', 'const wanted = bytes <= SMALL ? 0 : bytes', 'const wanted = 0')
rewrite('http/admission/admission.ts', '{ permits: 128, perTurn: 8, queue: 1024 }', '{ permits: 1e9, perTurn: 1e9, queue: 1e9 }')
rewrite('http/server/response-backpressure.ts', 'if (bytes === 0 || response.closed) return', 'if (bytes >= 0) return')
