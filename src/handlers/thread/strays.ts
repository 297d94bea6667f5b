/** In the thread: errors that no promise of a handler's carries, and calls that would end the thread or the process. */
import { originalOf } from '../../domain/original-error.ts'
import type { FromThread } from '../messages.ts'
import { currentRun } from './current-run.ts'
import { currentModule } from './load-modules.ts'

/** Where an error is laid: a run, a module's own background work, or nobody known. */
export interface Blame {
  run: number | null
  file: string | null
}

/**
 * Node runs these listeners in the async context the error comes from: that of a run, or of a module while it was loaded.
 * The thread lives on. A call that ends the process throws instead, where it was called.
 */
export function catchStrays(blamed: (error: unknown, blame: Blame) => void): void {
  const known = new WeakSet<object>()
  const blame = (error: unknown): void => {
    if (typeof error === 'object' && error !== null) {
      if (known.has(error)) return
      known.add(error)
    }
    blamed(error, { run: currentRun.getStore()?.run ?? null, file: currentModule.getStore() ?? null })
  }
  const refuse = (call: string): never => {
    const error = new Error(`${call} was called; in a thread of handlers it would end the work of others`)
    blame(error)
    throw error
  }
  process.on('uncaughtException', blame)
  process.on('unhandledRejection', blame)
  const { kill } = process
  Object.assign(process, {
    exit: (code?: unknown) => refuse(`process.exit(${typeof code === 'number' ? code : ''})`),
    reallyExit: () => refuse('process.reallyExit()'),
    abort: () => refuse('process.abort()'),
    kill: (pid: number, signal?: string | number) =>
      isOwn(pid) && signal !== 0 ? refuse('process.kill() of the service itself') : kill.call(process, pid, signal),
  })
}

export function strayOf(error: unknown, file: string | null): FromThread & { kind: 'stray' } {
  return { kind: 'stray', file, error: originalOf(error) }
}

/** 0 and below are groups: ours among them. */
function isOwn(pid: number): boolean {
  return pid === process.pid || pid <= 0
}
