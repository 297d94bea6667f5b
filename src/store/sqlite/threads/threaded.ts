/** The driver of the process that owns the file: one writing connection on a thread of its own, and the reads of the file. */
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreHealth, StoreUnavailable } from '../../../ports/store.ts'
import { putMeta } from '../../steps/change.ts'
import { bind } from '../statements/statements.ts'
import { gone, openFileReads, threadFile } from './file-reads.ts'
import { startThread } from './start-thread.ts'
import type { WorkDriver } from './work.ts'
import type { WriterLimits } from './write-queue.ts'
import { type Group, writerClient } from './writer-client.ts'

/** How long a question for the health waits for the disk: a lock that another process keeps holds the writer for seconds. */
const PROBE_PATIENCE_MS = 100

/** How the file is opened. */
export interface ThreadedOptions {
  path: string
  /** Milliseconds since the epoch. */
  now: number
  /** Of the encryptor. */
  keyId: string
  limits: WriterLimits
  /** A transaction is durable. */
  onGroup: (group: Group) => void
  /** The disk failed: the process must stop. Called at most once. */
  onFatal: (error: StoreUnavailable) => void
}

/** Opens the file, migrates it and starts both threads. Rejects when the file cannot be used or is of another key. */
export async function openThreaded({ path, now, keyId, limits, onGroup, onFatal }: ThreadedOptions): Promise<WorkDriver> {
  let fatal: StoreUnavailable | null = null
  const stopOnce = (error: StoreUnavailable) => {
    if (fatal === null) onFatal(error)
    fatal ??= error
  }
  const { worker: writerThread, opened } = await startThread(threadFile('writer-thread'), { path, now, keyId })
  const reads = await openFileReads(path, stopOnce).catch((error: unknown) => {
    writerThread.postMessage('close')
    throw error
  })
  const writer = writerClient(writerThread, limits, { beforeAnswers: reads.refresh, onGroup, onFatal: stopOnce })
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
    return writer.work({ steps: putMeta('probe', '').map(bind) }).then(
      () => null,
      (error: Error) => error.message,
    )
  }

  return {
    work: writer.work,
    scan: reads.scan,
    read: reads.read,
    async health(): Promise<StoreHealth> {
      const reason = reads.open ? await refusal() : 'the store is closed'
      const { requests, bytes } = writer.waiting()
      const stats = { waitingChanges: requests, waitingBytes: bytes, walBytes: logBytes(path) }
      return { ok: reason === null, reason, details: opened, stats }
    },
    async close() {
      if (!reads.open) return
      await reads.close()
      // Last, so that its connection is the one that folds the write-ahead log away.
      writer.close()
      await gone(writerThread)
    },
  }
}

/** A write-ahead log stays large while another process holds a long read transaction. */
function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}
