/** The reads of a file: a connection here for reads by key, and a thread for those that may take long. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Driver } from '../../driver/driver.ts'
import type { KeyReads } from '../../driver/queries.ts'
import { errorOf, failureOf } from '../file/failures.ts'
import { openReader } from '../file/open-database.ts'
import { prepareKeyReads } from '../queries/key-reads.ts'
import { readTurns } from './read-turns.ts'
import { readerClient } from './reader-client.ts'
import { startThread } from './start-thread.ts'

/** The reading half of a driver. */
export interface FileReads extends Pick<Driver, 'read' | 'scan'> {
  readonly open: boolean
  /** What is read next sees every commit: call it before the answer to one is passed on. */
  refresh(): void
  close(): Promise<void>
}

/** Asked again and again with the same few keys, by every job that starts, ends or is told of in a turn. None takes bytes as a key. */
const SHARED: ReadonlySet<keyof KeyReads> = new Set(['tenant', 'endpointsOf', 'signingSecrets', 'destination', 'jobTypePauses'])

/** @param onFatal the disk failed; may be called more than once */
export async function openFileReads(path: string, onFatal: (error: StoreUnavailable) => void): Promise<FileReads> {
  const { worker } = await startThread(threadFile('reader-thread'), { path })
  const reader = readerClient(worker, onFatal)
  const connection = openReader(path)
  const turns = readTurns(connection)
  const reads = prepareKeyReads(connection)

  return {
    scan: reader.scan,
    async read<Name extends keyof KeyReads>(name: Name, ...params: Parameters<KeyReads[Name]>) {
      if (!connection.open) throw new StoreUnavailable('closed', 'the store is closed')
      try {
        const read = reads[name] as (...params: Parameters<KeyReads[Name]>) => ReturnType<KeyReads[Name]>
        if (!SHARED.has(name)) return turns.read(() => read(...params))
        return turns.readOnce(`${name} ${params.join(' ')}`, () => read(...params))
      } catch (error) {
        const failure = failureOf(error)
        if (failure.failed === 'statement') throw error
        if (failure.failed === 'io_error') onFatal(new StoreUnavailable('io_error', failure.message))
        throw errorOf(failure)
      }
    },
    get open() {
      return connection.open
    },
    refresh: turns.finish,
    async close() {
      if (!connection.open) return
      turns.finish()
      connection.close()
      reader.close()
      await gone(worker)
    },
  }
}

/** A thread runs the TypeScript as it is; in the package, what it is compiled to. */
export function threadFile(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

/** Resolves when the thread has ended. */
export async function gone(worker: Worker): Promise<void> {
  if (worker.threadId !== -1) await once(worker, 'exit')
}
