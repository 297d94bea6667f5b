/** As many bodies as come are kept in memory, and answers for as long as nobody reads them. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/admission/admission.ts', 'const wanted = bytes <= SMALL ? 0 : bytes', 'const wanted = 0')
rewrite('http/admission/admission.ts', '{ inside: 128, perTurn: 8, inLine: 1024 }', '{ inside: 1e9, perTurn: 1e9, inLine: 1e9 }')
rewrite('http/server/unread-answers.ts', 'if (bytes === 0 || answer.closed) return', 'if (bytes >= 0) return')
