/** What `/metrics` prints, with every series that a process can have. */
import { createMetrics } from '../../src/metrics/metrics.ts'
import { figuresOf } from '../support/figures.ts'
import { testWorld } from '../support/world.ts'

/** The text of `/metrics`. */
export async function exposition(): Promise<string> {
  await using world = await testWorld()
  const metrics = createMetrics('0.0.0')
  metrics.watchExecutor(world.executor, world.clock)
  metrics.group({ members: 1, ms: 1 })
  return await metrics.text({
    ...world,
    connections: { open: 1, most: 10 },
    readiness: async () => ({ ready: true, stats: { waitingChanges: 0, waitingBytes: 0, walBytes: 1 } }),
  })
}

/** The names of the series in a text of `/metrics`. */
export function seriesNames(text: string): Set<string> {
  return new Set([...figuresOf(text).keys()].map((series) => series.replace(/\{.*/, '')))
}
