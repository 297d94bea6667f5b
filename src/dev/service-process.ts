/** The service as a process of its own, which ends with the one that started it. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { environment } from '../config/load.ts'

/** A service that runs as a child of this process. */
export interface ServiceProcess {
  /** Settles when it is gone, with its exit code or signal. */
  exited: Promise<number | NodeJS.Signals | null>
  /** Stops it in order; settles when it is gone. */
  stop(): Promise<unknown>
  /** Ends it at once. */
  kill(): void
}

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))
const FOLLOW = new URL(`./follow-parent${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
/** Runs under way are handed back after so long, because a person waits. */
const QUICK_STOP = '2s'

/** @param onLine called with each line of its standard output; what it refuses to start for goes straight to ours */
export function startProcess(env: Record<string, string>, onLine: (line: string) => void): ServiceProcess {
  const child = spawn(process.execPath, ['--import', FOLLOW.href, PROGRAM, 'serve'], {
    env: environment({ SHUTDOWN_TIMEOUT: QUICK_STOP, LOG_LEVEL: 'debug' }, env),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl-C in a terminal reaches only this process.
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
