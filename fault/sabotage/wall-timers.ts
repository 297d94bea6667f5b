/** What waits for time to pass waits for a time of day instead: timers, deadlines, and the time that runs have had. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'runtime/clock.ts',
  'timer = setTimeout(left > 0 ? start : run, part)',
  `const due = Date.now() + part
      const next = left > 0 ? start : run
      timer = setInterval(() => {
        if (Date.now() < due) return
        clearInterval(timer)
        next()
      }, 5)`,
)
rewrite('runtime/deadlines.ts', '      if (left > 0) {\n', '      if (left > Number.POSITIVE_INFINITY) {\n')
rewrite('runtime/clock.ts', 'monotonic: () => performance.now(),\n', 'monotonic: () => Date.now(),\n')
rewrite('handlers/host/health-checks.ts', 'Math.min(clock.monotonic() - checkedAt, MAX_ELAPSED_MS)', 'clock.monotonic() - checkedAt')
