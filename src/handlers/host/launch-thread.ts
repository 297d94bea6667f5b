/** Main side: opens one handlers' thread and waits until it has loaded the modules. */
import { type Transferable, Worker } from 'node:worker_threads'
import { cutText } from '../../domain/cut.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { FromThread, LoadedType, ThreadData, ToThread } from '../messages.ts'
import { LoadError } from './load-error.ts'
import { parseMessage } from './parse-message.ts'

/** A module that has not loaded by then never will: milliseconds. */
const LOAD_DEADLINE = 60_000
/**
 * V8 ends the whole process when one allocation does not fit under its limit, so its limit lies far above ours: what one call can
 * allocate (an array of a gigabyte, twice) must fit in between. Ours is watched from both sides of the thread.
 */
const MORE_HEAP_MIB = 4096
const MIB = 1024 * 1024
/** UTF-16 units of a line. */
const MAX_PRINTED = 8 * 1024

export interface LaunchOptions {
  name: string
  data: ThreadData
  /** What handlers find in `process.env`. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
}

export interface LiveThread {
  types: readonly LoadedType[]
  post(message: ToThread, transfer: readonly Transferable[]): void
  /** Bytes in use, asked while JavaScript goes on in the thread, also in an endless loop. */
  bytesInUse(): Promise<number>
  /** Ends the thread wherever its code is, also in an endless loop. */
  terminate(): void
  /** Resolves when the thread has ended, with the reason for the log. */
  gone: Promise<{ exitCode: number; error: unknown }>
}

/**
 * Resolves when the thread listens; `receive` gets what it says from then on. Rejects with a LoadError that names the
 * module when one cannot be taken, kills the thread, or has not loaded within 60 s. An abort of `stop` ends the thread at any time.
 */
export async function launchThread(options: LaunchOptions, stop: AbortSignal, receive: (message: FromThread) => void): Promise<LiveThread> {
  const worker = openWorker(options)
  const gone = whenGone(worker)
  const terminate = (): void => void worker.terminate()
  stop.addEventListener('abort', terminate)
  void gone.then(() => stop.removeEventListener('abort', terminate))
  try {
    const types = await whenLoaded(worker, gone, options)
    hear(worker, options, receive)
    return {
      types,
      post: (message, transfer) => worker.postMessage(message, transfer),
      async bytesInUse() {
        const { used_heap_size: heap, external_memory: outside } = await worker.getHeapStatistics()
        return heap + outside
      },
      terminate,
      gone,
    }
  } catch (error) {
    terminate()
    await gone
    throw error
  }
}

/** Messages that have been read; what is none is passed over, and what is said outside of every run is logged here. The answer ends it. */
function hear(worker: Worker, { name, log }: LaunchOptions, heard: (message: FromThread) => void): () => void {
  const listen = (posted: unknown): void => {
    const message = parseMessage(posted)
    if (message?.kind === 'log' && message.run === null)
      log[message.level]({ thread: name, fields: message.fields ?? undefined }, message.message)
    else if (message !== null) heard(message)
  }
  worker.on('message', listen)
  return () => void worker.off('message', listen)
}

/** What is written past the thread's own streams comes out of these: a line of the log for each chunk, the beginning of it. */
function openWorker({ name, data, env, log }: LaunchOptions): Worker {
  const entry = new URL(import.meta.url.endsWith('.ts') ? '../thread/entry.ts' : '../thread/entry.js', import.meta.url)
  const worker = new Worker(entry, {
    name,
    workerData: data,
    env: { ...env },
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: data.maxMemory / MIB + MORE_HEAP_MIB },
  })
  for (const stream of ['stdout', 'stderr'] as const) {
    worker[stream].on('data', (chunk: Uint8Array) =>
      log.warn({ thread: name, fields: { stream } }, cutText(new TextDecoder().decode(chunk), MAX_PRINTED)),
    )
  }
  return worker
}

function whenGone(worker: Worker): LiveThread['gone'] {
  return new Promise((resolve) => {
    let error: unknown = null
    worker.on('error', (thrown: unknown) => {
      error = thrown
    })
    worker.once('exit', (exitCode) => resolve({ exitCode, error }))
  })
}

function whenLoaded(worker: Worker, gone: LiveThread['gone'], options: LaunchOptions): Promise<readonly LoadedType[]> {
  return new Promise((resolve, reject) => {
    let source = 'the handlers'
    const refuse = (reason: string): void => reject(new LoadError(source, reason))
    const cancel = options.clock.deadline(LOAD_DEADLINE, () => refuse(`did not load within ${LOAD_DEADLINE / 1000} s`))
    void gone
      .then(({ exitCode, error }) => refuse(`ended its thread while it was loaded (${error ?? `exit code ${exitCode}`})`))
      .then(cancel)
    const stopHearing = hear(worker, options, (message) => {
      if (message.kind === 'loading') source = message.file
      if (message.kind === 'refused') refuse(message.reason)
      if (message.kind !== 'ready') return
      stopHearing()
      cancel()
      resolve(message.types)
    })
  })
}
