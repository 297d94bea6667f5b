/** Starts one handlers' thread and waits until it has loaded the modules. */
import { type Transferable, Worker } from 'node:worker_threads'
import { cutText } from '../../domain/cut.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { FromThread, LoadedType, ThreadData, ToThread } from '../messages.ts'
import { LoadError } from './load-error.ts'
import { parseMessage } from './parse-message.ts'

/** How long a module may take to load: milliseconds. */
const LOAD_DEADLINE = 60_000
/**
 * V8 ends the whole process when one allocation exceeds its limit. Its limit is therefore far above the limit of the thread, so that
 * one call's allocation (an array of a gigabyte, twice) fits in between. Both the thread and the main thread watch the limit of the thread.
 */
const MORE_HEAP_MIB = 4096
const MIB = 1024 * 1024
/** UTF-16 units of a line. */
const MAX_PRINTED = 8 * 1024

/** What a thread is started with. */
export interface LaunchOptions {
  /** For the log. */
  name: string
  data: ThreadData
  /** The `process.env` of handlers. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  log: Log
}

/** A thread that has loaded its modules. */
export interface LiveThread {
  types: readonly LoadedType[]
  post(message: ToThread, transfer: readonly Transferable[]): void
  /** Bytes in use. Answers also while the thread is in an endless loop. */
  bytesInUse(): Promise<number>
  /** Ends the thread, also out of an endless loop. */
  terminate(): void
  /** Resolves when the thread has ended, with the reason for the log. */
  exited: Promise<{ exitCode: number; error: unknown }>
}

/**
 * Resolves when the thread listens; `receive` gets its messages from then on. Rejects with a LoadError that names the
 * module when a module cannot be taken, ends the thread or has not loaded within 60 s. An abort of `stop` ends the thread at any time.
 */
export async function launchThread(options: LaunchOptions, stop: AbortSignal, receive: (message: FromThread) => void): Promise<LiveThread> {
  const worker = openWorker(options)
  const exited = whenExited(worker)
  const terminate = (): void => void worker.terminate()
  stop.addEventListener('abort', terminate)
  void exited.then(() => stop.removeEventListener('abort', terminate))
  try {
    const types = await whenLoaded(worker, exited, options)
    onMessage(worker, options, receive)
    return {
      types,
      post: (message, transfer) => worker.postMessage(message, transfer),
      async bytesInUse() {
        const { used_heap_size: heap, external_memory: outside } = await worker.getHeapStatistics()
        return heap + outside
      },
      terminate,
      exited,
    }
  } catch (error) {
    terminate()
    await exited
    throw error
  }
}

/** Hands on each message that can be parsed, and logs the lines that belong to no run. The returned function ends this. */
function onMessage(worker: Worker, { name, log }: LaunchOptions, receive: (message: FromThread) => void): () => void {
  const listen = (posted: unknown): void => {
    const message = parseMessage(posted)
    if (message?.kind === 'log' && message.run === null)
      log[message.level]({ thread: name, fields: message.fields ?? undefined }, message.message)
    else if (message !== null) receive(message)
  }
  worker.on('message', listen)
  return () => void worker.off('message', listen)
}

/**
 * Each chunk that bypasses the thread's own capture of output comes out of these streams. It becomes one line of the log, cut to its
 * bound.
 */
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

function whenExited(worker: Worker): LiveThread['exited'] {
  return new Promise((resolve) => {
    let error: unknown = null
    worker.on('error', (thrown: unknown) => {
      error = thrown
    })
    worker.once('exit', (exitCode) => resolve({ exitCode, error }))
  })
}

function whenLoaded(worker: Worker, exited: LiveThread['exited'], options: LaunchOptions): Promise<readonly LoadedType[]> {
  return new Promise((resolve, reject) => {
    let source = 'the handlers'
    const refuse = (reason: string): void => reject(new LoadError(source, reason))
    const cancel = options.clock.deadline(LOAD_DEADLINE, () => refuse(`did not load within ${LOAD_DEADLINE / 1000} s`))
    void exited
      .then(({ exitCode, error }) => refuse(`ended its thread while it was loaded (${error ?? `exit code ${exitCode}`})`))
      .then(cancel)
    const stopListening = onMessage(worker, options, (message) => {
      if (message.kind === 'loading') source = message.file
      if (message.kind === 'refused') refuse(message.reason)
      if (message.kind !== 'ready') return
      stopListening()
      cancel()
      resolve(message.types)
    })
  })
}
