/** Starts processes, writes their ids to the file `PIDS`, and ends as `ENDING` says. */
import { writeFileSync } from 'node:fs'
import { afterEach, it } from 'vitest'
import { spawnChild } from '../spawn-child.ts'

const { PIDS = '', ENDING } = process.env

afterEach(() => {
  throw new Error('a hook that was to clean up and does not')
})

it('does not end well', { timeout: ENDING === 'time-out' ? 100 : 600_000 }, async () => {
  const plain = spawnChild('sleep', ['600'])
  // As strace and npm do: what it starts is not known to us.
  const withOthers = spawnChild('sh', ['-c', 'sleep 600 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [grandchild] = await withOthers.stdout.take(1).toArray()
  writeFileSync(PIDS, JSON.stringify([process.pid, plain.pid, withOthers.pid, Number(String(grandchild))]))
  while (ENDING === 'busy');
  await new Promise(() => {})
})
