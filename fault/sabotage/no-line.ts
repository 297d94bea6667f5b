/** Whatever comes in is taken in at once. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/admission/admission.ts', '{ permits: 128, perTurn: 8,', '{ permits: 1e9, perTurn: 1e9,')
