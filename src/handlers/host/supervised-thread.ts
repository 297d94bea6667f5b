/** A handlers' thread that is started again when it dies or is replaced. */
import type { Transferable } from 'node:worker_threads'
import { traceOf } from '../../domain/describe-error.ts'
import type { Log } from '../../ports/runtime.ts'
import type { FromThread, LoadedType, ToThread } from '../messages.ts'
import { type LaunchOptions, type LiveThread, launchThread } from './launch-thread.ts'

/** Milliseconds between two attempts to load modules that loaded at the start and fail to load later. */
const RELOAD_WAIT = 2_000

/** What the owner of a thread is told about it. */
export interface ThreadOwner {
  receive(message: FromThread): void
  /** A new thread listens, after one was lost. */
  restarted(): void
  /** The thread has ended with all its work. */
  lost(how: 'died' | 'replaced'): void
}

/** A thread that lives until it is closed. */
export interface SupervisedThread {
  /** The types that the modules defined at the first start. */
  readonly types: readonly LoadedType[]
  /** Posts to the thread. False when there is none at the moment: `restarted` is called when there is one again. */
  post(message: ToThread, transfer?: readonly Transferable[]): boolean
  /** Ends the thread, also out of an endless loop, and starts another. */
  replace(reason: string): void
  /** Ends the thread. The owner is told no more. */
  close(): Promise<void>
}

/** Starts a thread and waits until it has loaded the modules. Rejects with a LoadError when it cannot. */
export async function superviseThread(options: LaunchOptions & { log: Log }, owner: ThreadOwner): Promise<SupervisedThread> {
  const { name, clock, log } = options
  const stop = new AbortController()
  let live: LiveThread | null = null

  async function launch(): Promise<LiveThread> {
    const thread = await launchThread(options, stop.signal, (message) => {
      if (live === thread) owner.receive(message)
    })
    live = thread
    void thread.exited.then(({ exitCode, error }) => {
      if (live !== thread || stop.signal.aborted) return
      log.error({ thread: name, exit_code: exitCode, error: error && traceOf(error) }, 'a handlers thread died; another is started')
      relaunch('died')
    })
    return thread
  }

  function relaunch(how: 'died' | 'replaced'): void {
    live = null
    owner.lost(how)
    tryLaunch()
  }

  function tryLaunch(): void {
    if (stop.signal.aborted) return
    launch().then(
      () => owner.restarted(),
      (error: unknown) => {
        if (stop.signal.aborted) return
        log.error({ thread: name }, 'the handlers do not load any more; jobs wait until they do', error)
        clock.after(RELOAD_WAIT, tryLaunch)
      },
    )
  }

  const { types } = await launch()
  return {
    types,
    post(message, transfer = []) {
      live?.post(message, transfer)
      return live !== null
    },
    replace(reason) {
      if (live === null) return
      log.error({ thread: name, reason }, 'a handlers thread is replaced')
      live.terminate()
      relaunch('replaced')
    },
    async close() {
      stop.abort()
      await live?.exited
    },
  }
}
