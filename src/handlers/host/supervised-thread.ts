/** Main side: a handlers' thread that is replaced when it dies or is told to go. */
import type { Transferable } from 'node:worker_threads'
import { traceOf } from '../../domain/describe-error.ts'
import type { Log } from '../../ports/runtime.ts'
import type { FromThread, LoadedType, ToThread } from '../messages.ts'
import { type LaunchOptions, type LiveThread, launchThread } from './launch-thread.ts'

/** Between two tries to load modules that loaded at the start and do not now: milliseconds. */
const RELOAD_WAIT = 2_000

/** What the owner of a thread hears of it. */
export interface ThreadOwner {
  receive(message: FromThread): void
  /** A fresh thread listens, after one was lost. */
  restarted(): void
  /** The thread is gone with all it had in hand. */
  lost(how: 'died' | 'replaced'): void
}

export interface SupervisedThread {
  /** What the modules defined at the first start. */
  readonly types: readonly LoadedType[]
  /** Sends to the thread. False: there is none at the moment, and `restarted` will tell. */
  post(message: ToThread, transfer?: readonly Transferable[]): boolean
  /** Ends the thread, wherever its code is, and starts another. */
  replace(reason: string): void
  /** Ends the thread; the owner hears no more. */
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
    void thread.gone.then(({ exitCode, error }) => {
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
        log.error({ thread: name, error: String(error) }, 'the handlers do not load any more; jobs wait until they do')
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
      await live?.gone
    },
  }
}
