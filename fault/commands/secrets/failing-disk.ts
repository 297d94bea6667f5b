import { once } from 'node:events'
import { spawnChild } from '../../../test/support/spawn-child.ts'

/**
 * From now on every one of the named system calls of a running process fails with `error` (`EIO`, `ENOSPC`); the answer heals it.
 * Rejects when the process cannot be traced.
 */
export async function failingDisk(pid: number, calls: readonly string[], error: string): Promise<() => Promise<void>> {
  const names = calls.join(',')
  const tracer = spawnChild(
    'strace',
    ['-f', '-o', '/dev/null', '-e', 'signal=none', '-e', `trace=${names}`, '-e', `inject=${names}:error=${error}`, '-p', String(pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const closed = once(tracer, 'close')
  const [said] = await once(tracer.stderr, 'data')
  if (!String(said).includes('attached')) throw new Error(`strace: ${said}`)
  return async () => {
    tracer.kill('SIGTERM')
    await closed
  }
}
