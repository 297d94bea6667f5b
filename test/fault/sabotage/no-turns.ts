/** A lane keeps the turn for as long as it has work, and no other has one meanwhile. */
import { rewrite } from './rewrite.ts'

rewrite('queue/embedded.ts', 'if (lane === undefined) return', 'if (lane === undefined || turns.size > 0) return')
rewrite(
  'queue/embedded.ts',
  "if (woken || next === 'again') wake(lane)",
  `if (woken || next === 'again') {
      const others = [...waiting]
      waiting.clear()
      for (const next of [lane, ...others]) waiting.add(next)
    }`,
)
