/** Loaded before the service: it stops in order when the process that started it is gone, whatever that died of. */
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
