import { on, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CannotOpen } from '../../folder/cannot-open.ts'

/** The id of a thread that has ended. */
const GONE = -1

/** The first message of a thread: what it found, or why it cannot open the file. */
export type Opening = { opened: Readonly<Record<string, string>> } | { cannotOpen: string }

/** Starts a store thread and waits until it has opened the file. Throws its `CannotOpen`. */
export async function startThread(url: URL, workerData: unknown): Promise<{ worker: Worker; opened: Readonly<Record<string, string>> }> {
  const worker = new Worker(url, { workerData })
  const opening = await firstMessage<Opening>(worker)
  if ('opened' in opening) return { worker, opened: opening.opened }
  // A thread that is gone already has told so in the same breath as its message: there is no exit to wait for.
  if (worker.threadId !== GONE) await once(worker, 'exit')
  throw new CannotOpen(opening.cannotOpen)
}

/** Hears what our code in the thread posts. Node's watch mode posts from there, too: which modules the thread has loaded. */
export function onMessage<Message>(worker: Worker, heard: (message: Message) => void): void {
  worker.on('message', (message: object) => {
    if (!isOfWatchMode(message)) heard(message as Message)
  })
}

async function firstMessage<Message>(worker: Worker): Promise<Message> {
  for await (const [message] of on(worker, 'message', { close: ['exit'] })) if (!isOfWatchMode(message)) return message
  throw new CannotOpen('the thread of the store ended before it had opened the database')
}

function isOfWatchMode(message: object): boolean {
  return 'watch:import' in message || 'watch:require' in message
}
