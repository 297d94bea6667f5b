/** Catches the errors that reach no promise of a handler, and the calls that would end the thread or the process. */
import { originalOf } from '../../domain/original-error.ts'
import type { FromThread } from '../messages.ts'
import { currentRun } from './current-run.ts'
import { currentModule } from './load-modules.ts'

/** Where an error comes from: a run, or the background work of a module. Both are null when it is not known. */
export interface ErrorOrigin {
  run: number | null
  file: string | null
}

/**
 * Node runs these listeners in the async context that the error comes from: that of a run, or of a module while it was loaded.
 * The thread continues. A call that would end the process throws an error where it was called.
 */
export function catchUnhandledErrors(handle: (error: unknown, origin: ErrorOrigin) => void): void {
  const known = new WeakSet<object>()
  const report = (error: unknown): void => {
    if (typeof error === 'object' && error !== null) {
      if (known.has(error)) return
      known.add(error)
    }
    handle(error, { run: currentRun.getStore()?.run ?? null, file: currentModule.getStore() ?? null })
  }
  const refuse = (call: string): never => {
    const error = new Error(`${call} was called; in a thread of handlers it would end the work of others`)
    report(error)
    throw error
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
  const { kill } = process
  Object.assign(process, {
    exit: (code?: unknown) => refuse(`process.exit(${typeof code === 'number' ? code : ''})`),
    reallyExit: () => refuse('process.reallyExit()'),
    abort: () => refuse('process.abort()'),
    kill: (pid: number, signal?: string | number) =>
      isOwn(pid) && signal !== 0 ? refuse('process.kill() of the service itself') : kill.call(process, pid, signal),
  })
}

/** The message for an error that belongs to no run. */
export function unhandledError(error: unknown, file: string | null): FromThread & { kind: 'unhandled_error' } {
  return { kind: 'unhandled_error', file, error: originalOf(error) }
}

/** 0 and negative ids are process groups, ours among them. */
function isOwn(pid: number): boolean {
  return pid === process.pid || pid <= 0
}
