/** In the thread: to which run the code belongs that runs now, across awaits, timers and callbacks. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { BoundedLog } from './bounded-log.ts'

export interface CurrentRun {
  /** Its number in messages. */
  run: number
  log: BoundedLog
}

export const currentRun = new AsyncLocalStorage<CurrentRun>()
