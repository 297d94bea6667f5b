import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { tempFolder } from '../store/temp-folder.ts'
import { spawnChild } from './spawn-child.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CONFIG = fileURLToPath(new URL('./bad-ends/vitest.config.ts', import.meta.url))
const WAIT = { timeout: 60_000, interval: 50 }

/** Runs the project whose test starts processes and ends like this; `pids` are the process of the test and all of those. */
async function runBadly(ending: 'never' | 'busy' | 'time-out') {
  const pidFile = join(tempFolder(), 'pids')
  const env = { PATH: process.env.PATH, PIDS: pidFile, ENDING: ending }
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', CONFIG]
  const runner = spawnChild(process.execPath, args, { cwd: ROOT, env, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => runner.once('exit', resolve))
  const pids = await vi.waitUntil(() => readPids(pidFile), WAIT)
  return { runner, ended, pids }
}

/** Null until the test has written all of them. */
async function readPids(file: string): Promise<number[] | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return null
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('nothing that a test started is left', { timeout: 120_000 }, () => {
  it('after a test that timed out and a hook that threw; and the run has ended with a failure', async () => {
    const { ended, pids } = await runBadly('time-out')
    expect(await ended).toBe(1)
    await vi.waitUntil(() => !pids.some(isThere), WAIT)
  })

  it.each([
    ['SIGINT', 'never'],
    ['SIGTERM', 'never'],
    ['SIGKILL', 'never'],
    ['SIGKILL', 'busy'],
  ] as const)('after a %s to the runner while a test %s', async (signal, ending) => {
    const { runner, ended, pids } = await runBadly(ending)
    expect(pids.filter(isThere)).toEqual(pids)
    runner.kill(signal)
    await ended
    await vi.waitUntil(() => !pids.some(isThere), WAIT)
  })

  it('after a SIGKILL to the process of the test; and the run has ended with a failure', async () => {
    const { ended, pids } = await runBadly('never')
    process.kill(pids[0] ?? 0, 'SIGKILL')
    expect(await ended).toBe(1)
    await vi.waitUntil(() => !pids.some(isThere), WAIT)
  })
})
