/** The run to which the executing code belongs, across awaits, timers and callbacks. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { BoundedLog } from './bounded-log.ts'

/** A run as its own code finds it. */
export interface CurrentRun {
  /** Its number in messages. */
  run: number
  log: BoundedLog
}

/** Empty while code of no run executes. */
export const currentRun = new AsyncLocalStorage<CurrentRun>()
