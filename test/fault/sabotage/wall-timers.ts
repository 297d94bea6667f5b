/** Timers wait for a time of day instead of for time to pass. */
import { rewrite } from './rewrite.ts'

rewrite(
  'system.ts',
  'timer = setTimeout(left > 0 ? start : run, part)',
  `const due = Date.now() + part
      const next = left > 0 ? start : run
      timer = setInterval(() => {
        if (Date.now() < due) return
        clearInterval(timer)
        next()
      }, 5)`,
)
