/** The service as a process of its own, which ends with the one that started it. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { environment } from '../config/load.ts'

export interface ServiceProcess {
  /** Settles when it is gone, with its exit code or signal. */
  exited: Promise<number | NodeJS.Signals | null>
  /** In order; settles when it is gone. */
  stop(): Promise<unknown>
  /** At once. */
  kill(): void
}

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))
const FOLLOW = new URL(`./follow-parent${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
/** Runs that go on are handed back after so long; a person waits for it. */
const QUICK_STOP = '2s'

/** @param onLine called with each line of its standard output; what it refuses to start for goes straight to ours */
export function startProcess(env: Record<string, string>, onLine: (line: string) => void): ServiceProcess {
  const child = spawn(process.execPath, ['--import', FOLLOW.href, PROGRAM, 'serve'], {
    env: environment({ SHUTDOWN_TIMEOUT: QUICK_STOP, LOG_LEVEL: 'debug' }, env),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl-C in a terminal reaches us alone.
    detached: true,
  })
  createInterface({ input: child.stdout as Readable }).on('line', onLine)
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  return {
    exited,
    stop() {
      child.kill('SIGTERM')
      return exited
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
