/** Callbacks are signed with the newest secret only, so a rotation has no overlap. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('domain/signature.ts', 'return signingKeys.map(', 'return signingKeys.slice(0, 1).map(')
