/** What waits for time to pass waits for a time of day instead: timers, deadlines, and the time that runs have had. */
import { rewrite } from '../harness/rewrite-source.ts'

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
rewrite('system.ts', '    if (left > 0) {\n', '    if (left > Number.POSITIVE_INFINITY) {\n')
rewrite('system.ts', 'monotonic: () => performance.now(),', 'monotonic: () => Date.now(),')
rewrite('handlers/host/thread-looks.ts', 'Math.min(clock.monotonic() - lookedAt, LONGEST_LOOK)', 'clock.monotonic() - lookedAt')
