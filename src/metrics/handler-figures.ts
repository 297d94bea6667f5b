/** The pool of threads that run handlers, as of when somebody asks. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { HandlerPool } from '../ports/executor.ts'

const STATES = ['starting', 'ready', 'busy', 'silent', 'leaving'] as const

/** The answer shows a pool. What counts up is kept by the pool itself. */
export function createHandlerFigures(registry: Registry): (pool: HandlerPool) => void {
  const registers = [registry]
  const threads = new Gauge({ name: 'ringback_handler_threads', help: 'Threads that run handlers.', labelNames: ['state'], registers })
  const abandoned = new Gauge({
    name: 'ringback_handler_left_overs',
    help: 'Handlers that go on although their runs were settled without them.',
    registers,
  })
  const waiting = new Gauge({ name: 'ringback_handler_runs_waiting', help: 'Runs that wait for a thread.', registers })
  const replaced = new Counter({ name: 'ringback_handler_threads_replaced_total', help: 'Threads lost or taken away.', registers })
  const restarted = new Counter({
    name: 'ringback_handler_runs_restarted_total',
    help: 'Runs begun anew without spending an attempt: their thread was lost.',
    registers,
  })
  const blocked = new Counter({
    name: 'ringback_handler_blocked_seconds_total',
    help: 'For how long handlers have held their threads so that nothing else went on in them.',
    labelNames: ['type'],
    registers,
  })

  return (pool) => {
    for (const state of STATES) threads.set({ state }, pool.threads.filter((thread) => thread.state === state).length)
    abandoned.set(pool.threads.reduce((sum, thread) => sum + thread.abandoned, 0))
    waiting.set(pool.waiting)
    for (const counter of [replaced, restarted, blocked]) counter.reset()
    replaced.inc(pool.replaced)
    restarted.inc(pool.restarted)
    for (const [type, ms] of pool.blockedMs) blocked.inc({ type }, ms / 1000)
  }
}
