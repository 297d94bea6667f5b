/** A lane keeps the turn for as long as it has work, and no other has one meanwhile. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('queue/slots.ts', 'if (lane === undefined) return', 'if (lane === undefined || underWay.size > 0) return')
rewrite(
  'queue/embedded/embedded.ts',
  "if (woken || next === 'again') wake(lane)",
  "if (woken || next === 'again') slots?.add([lane, ...slots.takeBack(Number.POSITIVE_INFINITY)])",
)
