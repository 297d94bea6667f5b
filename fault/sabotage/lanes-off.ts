/** Every destination may take every slot, whatever its limit and its breaker say: as if all deliveries stood in one line. */
import { rewrite } from '../harness/rewrite-source.ts'

const DECISION = '  const { openUntil } = destination\n'

rewrite('domain/destination.ts', DECISION, `  return { room: Number.POSITIVE_INFINITY, at: null }\n${DECISION}`)
