/** Whatever comes in is taken in at once. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/admission/admission.ts', '{ inside: 128, perTurn: 8,', '{ inside: 1e9, perTurn: 1e9,')
