/** Names the run whose code executes, before each continuation, so that the main thread knows it even when the thread does not respond. */
import { createHook } from 'node:async_hooks'
import type { SharedHeartbeat } from '../shared-heartbeat.ts'
import { currentRun } from './current-run.ts'

/** Writes the current run of each continuation to `heartbeat`. */
export function trackExecutingRun(heartbeat: SharedHeartbeat): void {
  createHook({ before: () => heartbeat.setExecuting(currentRun.getStore()?.run ?? 0) }).enable()
}
