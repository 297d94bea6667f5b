/**
 * The drive of production: one writing connection on a thread of its own, a reading connection here for reads by key,
 * and a third thread for reads that may take long.
 */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { type StoreHealth, StoreUnavailable } from '../../ports.ts'
import type { Drive } from './drive.ts'
import { errorOf, failureOf } from './failures.ts'
import { prepareKeyReads } from './key-reads.ts'
import { openReader } from './open-database.ts'
import { readTurns } from './read-turns.ts'
import { readerClient } from './reader-client.ts'
import { startThread } from './start-thread.ts'
import { type Group, type WriterLimits, writerClient } from './writer-client.ts'

/** How long a question for the health waits for the disk: a lock that a stranger keeps holds the writer for seconds. */
const PROBE_PATIENCE_MS = 100

export interface ThreadedOptions {
  path: string
  /** Milliseconds since the epoch. */
  now: number
  /** Of the vault. */
  keyId: string
  limits: WriterLimits
  /** A transaction is durable. */
  onGroup: (group: Group) => void
  /** The disk failed: the process must stop. Called at most once. */
  onFatal: (error: StoreUnavailable) => void
}

export async function openThreaded({ path, now, keyId, limits, onGroup, onFatal }: ThreadedOptions): Promise<Drive> {
  const { worker: writerThread, opened } = await startThread(threadFile('writer-thread'), { path, now, keyId })
  const { worker: readerThread } = await startThread(threadFile('reader-thread'), { path }).catch((error: unknown) => {
    writerThread.postMessage('close')
    throw error
  })
  const connection = openReader(path)
  const turns = readTurns(connection)
  const reads = prepareKeyReads(connection)
  let fatal: StoreUnavailable | null = null
  const stopOnce = (error: StoreUnavailable) => {
    if (fatal === null) onFatal(error)
    fatal ??= error
  }
  const writer = writerClient(writerThread, limits, { beforeAnswers: turns.finish, onGroup, onFatal: stopOnce })
  const reader = readerClient(readerThread, stopOnce)
  let probing: Promise<string | null> | null = null

  /** After a refusal only a write can tell whether the disk takes writes again; until it has, what was refused last stands. */
  async function refusal(): Promise<string | null> {
    if (fatal !== null) return fatal.message
    const trouble = writer.trouble()
    if (trouble === null) return null
    probing ??= probe().finally(() => {
      probing = null
    })
    return Promise.race([probing, sleep(PROBE_PATIENCE_MS, trouble.message, { ref: false })])
  }

  function probe(): Promise<string | null> {
    return writer.write({ steps: [{ statement: 'putMeta', params: ['probe', ''] }] }).then(
      () => null,
      (error: Error) => error.message,
    )
  }

  return {
    write: writer.write,
    scan: reader.scan,
    read(ask) {
      if (!connection.open) throw new StoreUnavailable('closed', 'the store is closed')
      try {
        return turns.read(() => ask(reads))
      } catch (error) {
        const failure = failureOf(error)
        if (failure.failed === 'statement') throw error
        if (failure.failed === 'io_error') stopOnce(new StoreUnavailable('io_error', failure.message))
        throw errorOf(failure)
      }
    },
    async health(): Promise<StoreHealth> {
      const reason = connection.open ? await refusal() : 'the store is closed'
      const { pieces, bytes } = writer.waiting()
      return {
        ok: reason === null,
        reason,
        details: { ...opened, waiting_changes: pieces, waiting_bytes: bytes, wal_bytes: logBytes(path) },
      }
    },
    async close() {
      if (!connection.open) return
      turns.finish()
      connection.close()
      reader.close()
      await gone(readerThread)
      // Last, so that its connection is the one that folds the write-ahead log away.
      writer.close()
      await gone(writerThread)
    },
  }
}

/** A log that stays large has a stranger's long read transaction before it. */
function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/** Threads run the TypeScript as it is, or its compiled twin in the package. */
function threadFile(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

async function gone(worker: Worker): Promise<void> {
  if (worker.threadId !== -1) await once(worker, 'exit')
}
