import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CannotOpen } from '../cannot-open.ts'

/** The id of a thread that has ended. */
const GONE = -1

/** The first message of a thread: what it found, or why it cannot open the file. */
export type Opening = { opened: Readonly<Record<string, string>> } | { cannotOpen: string }

/** Starts a store thread and waits until it has opened the file. Throws its `CannotOpen`. */
export async function startThread(url: URL, workerData: unknown): Promise<{ worker: Worker; opened: Readonly<Record<string, string>> }> {
  const worker = new Worker(url, { workerData })
  const [opening] = (await once(worker, 'message')) as [Opening]
  if ('opened' in opening) return { worker, opened: opening.opened }
  // A thread that is gone already has told so in the same breath as its message: there is no exit to wait for.
  if (worker.threadId !== GONE) await once(worker, 'exit')
  throw new CannotOpen(opening.cannotOpen)
}
