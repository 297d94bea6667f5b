import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { spawnChild } from '../../support/spawn-child.ts'

export interface Running {
  child: ChildProcess
  /** The first line it prints. */
  firstLine: Promise<string>
  /** Its exit code, with what it wrote to stderr. */
  ended: Promise<{ code: number | null; stderr: string }>
}

/** Runs a script of this folder with one argument, in a process of its own that ends with the test. */
export function runProcess(script: string, argument: string): Running {
  const file = fileURLToPath(new URL(`./${script}.ts`, import.meta.url))
  const child = spawnChild(process.execPath, [file, argument], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const firstLine = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim())
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, firstLine, ended }
}
