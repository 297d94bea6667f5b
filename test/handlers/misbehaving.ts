/** Handlers that misbehave in every way, and what the tests of the pool do with them. */
import { StopRun } from '../../src/ports/executor.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { StartedRun, TempExecutor } from './temp-executor.ts'

/** Sources by file name. */
export const MODULES = {
  'fall.ts': `import { EventEmitter } from 'node:events'
import { defineJob } from 'ringback'
export default defineJob({ type: 'fall', async run(how, ctx) {
  ctx.progress(1)
  if (how === 'exit') process.exit(1)
  if (how === 'exit later') setTimeout(() => process.exit(1))
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  if (how === 'throw') setImmediate(() => { throw new Error('thrown aside: canary') })
  if (how === 'emit') setImmediate(() => new EventEmitter().emit('error', new Error('emitted aside')))
  if (how === 'reject') Promise.reject(new Error('rejected aside'))
  if (how === 'compute') { for (const end = Date.now() + ctx.attempt; Date.now() < end; ); return }
  if (how === 'loop') { await null; for (;;); }
  if (how === 'spin') for (;;) await null
  if (how === 'memory') for (const hoard = []; ; ) hoard.push(new Array(1_000_000).fill(hoard.length))
  if (how === 'slow memory') for (const hoard = []; ; await new Promise(setImmediate)) hoard.push(new Array(100_000).fill(hoard.length))
  await new Promise(() => {})
} })`,
  'wait.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'wait', async run(ms, ctx) {
  ctx.progress(1)
  await new Promise((resolve) => setTimeout(resolve, ms ?? 2 ** 30))
  return 'waited'
} })`,
  'obey.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'obey', async run(_, ctx) {
  ctx.progress(1)
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
  return 'stopped'
} })`,
  'quick.ts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'quick', run: () => 'done' })`,
}

/** One thread for all. */
export const ALONE = { clock: systemClock, threads: 1 }

/** Started, and known to be in the handler's hands. */
export async function underWay({ start }: TempExecutor, type: string, payload: unknown = null, more = {}): Promise<StartedRun> {
  const run = start(type, payload, more)
  await run.reported(({ kind }) => kind === 'progress')
  return run
}

/** Lines of the log with this message. */
export const said = ({ lines }: TempExecutor, message: string) => lines.filter((line) => line.message === message)
/** A cancel. */
export const stop = (graceMs: number) => new StopRun('cancel', graceMs)
/** The thread that all types share. */
export const onlyThread = ({ executor }: TempExecutor) => executor.pool().threads.find(({ ownType }) => ownType === null)
