/** The operator's figures, in the text format of Prometheus. Nothing above this folder knows how they are kept. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Executor } from '../ports/executor.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { beginType, createCounters } from './counters.ts'
import { createGauges, readGauges, type Sources } from './gauges.ts'
import { createHandlerFigures } from './handler-figures.ts'
import { meteredStore } from './metered-store.ts'

/** The label of a job type that no handler here does any more. */
const OTHER = 'other'

/** The figures of one process: it watches ports from outside and gives their text. */
export interface Metrics {
  /** The same store, counting what its commits make true. */
  watchStore(store: Store): Store
  /** The same executor, timing its runs and counting output that was cut. Its job types are the labels of everything counted by type. */
  watchExecutor(executor: Executor, clock: Clock): Executor
  /** Counts a transaction of the writer: how many changes it made durable, and how long it took in milliseconds. */
  group(group: { members: number; ms: number }): void
  /** All figures as they are at this moment. */
  text(sources: Sources): Promise<string>
}

/** Figures that begin at 0. @param version Ringback's, for the label of `ringback_build_info` */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const counters = createCounters(registry)
  const gauges = createGauges(registry)
  const showHandlers = createHandlerFigures(registry)
  const types = new Set<string>()
  const build = { name: 'ringback_build_info', help: 'Always 1; the label says which version runs.', labelNames: ['version'] }
  new Gauge({ ...build, registers: [registry] }).set({ version }, 1)
  // Memory, CPU, file descriptors, garbage collection and the delay of the event loop, under the names dashboards know.
  collectDefaultMetrics({ register: registry })

  return {
    watchStore: (store) => meteredStore(store, counters, (type) => (types.has(type) ? type : OTHER)),
    watchExecutor(executor, clock) {
      for (const type of executor.types.keys()) {
        types.add(type)
        beginType(counters, type)
      }
      return {
        ...executor,
        async run(run, signal, report) {
          const startedAt = clock.monotonic()
          try {
            return await executor.run(run, signal, (said) => {
              if (said.kind !== 'cut') report(said)
              else if (types.has(run.type)) counters.cut.inc({ type: run.type, what: said.what }, said.count)
            })
          } finally {
            if (types.has(run.type)) counters.runSeconds.observe({ type: run.type }, (clock.monotonic() - startedAt) / 1000)
          }
        },
      }
    },
    group({ members, ms }) {
      counters.commitMembers.observe(members)
      counters.commitSeconds.observe(ms / 1000)
    },
    async text(sources) {
      await readGauges(gauges, sources, types)
      showHandlers(sources.executor.pool())
      return registry.metrics()
    },
  }
}
