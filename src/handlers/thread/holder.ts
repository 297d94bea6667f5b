/** In the thread: whose code goes on, told before each continuation, so that it is known also when the thread answers nothing any more. */
import { createHook } from 'node:async_hooks'
import type { Life } from '../shared-words.ts'
import { currentRun } from './current-run.ts'

export function tellHolder(life: Life): void {
  createHook({ before: () => life.hold(currentRun.getStore()?.run ?? 0) }).enable()
}
