/** The real service as a process of its own: started on a free port, stopped, killed, started again on the same folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Api, createApi } from './api.ts'
import { spawnChild } from './spawn-child.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))
/** Where the banner says that it listens; a worker's names the API's address first. */
const ADDRESS = /(http:\/\/(?:127\.0\.0\.1|\[::1\]):\d+)/
const ADDRESS_OF_WORKER = /health (http:\/\/\S+)\/readyz/
export const ADMIN_KEY = 'test-admin-key-0123456789abcdef0123456789abcdef'

export interface ServiceOptions {
  dataDir: string
  handlersDir: string
  /** Laid over the test defaults: a free port, our own key, receivers on loopback allowed. */
  env?: Record<string, string>
  /** Modules loaded before the program: the sabotage of the fault commands. */
  preload?: readonly URL[]
  /** Another installation than this checkout. */
  program?: string
  /** A command that becomes the program, such as `strace -D`: put before it. */
  under?: readonly string[]
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Milliseconds from the signal to the exit. */
  ms: number
}

export interface Service {
  readonly url: string
  readonly pid: number
  readonly api: Api
  /** Milliseconds from the spawn to the first 200 of /readyz. */
  readonly readyMs: number
  /** Everything it printed so far. */
  output(): string
  signal(signal: NodeJS.Signals): void
  /** Settles when the process is gone, whatever the reason. */
  readonly exited: Promise<Exit>
  /** SIGTERM, then the exit. */
  stop(): Promise<Exit>
  /** SIGKILL, then the exit. */
  kill(): Promise<Exit>
}

export function tempFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ringback-'))
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

/** Starts the program without waiting for anything: for tests of how it refuses. */
export function launch({ dataDir, handlersDir, env = {}, preload = [], program = PROGRAM, under = [] }: ServiceOptions) {
  const [command = '', ...args] = [...under, process.execPath, ...preload.flatMap((url) => ['--import', url.href]), program, 'serve']
  const spawnedAt = performance.now()
  const child = spawnChild(command, args, {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      HANDLERS_DIR: handlersDir,
      PORT: '0',
      ADMIN_API_KEY: ADMIN_KEY,
      CALLBACK_ALLOW: 'loopback',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  let signaledAt = performance.now()
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal, ms: performance.now() - signaledAt })
    })
  })
  return {
    child,
    spawnedAt,
    exited,
    address: env.ROLE === 'worker' ? ADDRESS_OF_WORKER : ADDRESS,
    output: () => output,
    signal(signal: NodeJS.Signals) {
      signaledAt = performance.now()
      child.kill(signal)
    },
    /** The first match in what it prints; rejects when it exits or 45 s pass without one. */
    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      const found = () => pattern.exec(output)
      return found() ?? (await nextMatch(found, listeners, exited, () => output))
    },
  }
}

function nextMatch(
  find: () => RegExpExecArray | null,
  listeners: Set<() => void>,
  exited: Promise<Exit>,
  output: () => string,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = find()
      if (match) end(() => resolve(match))
    }
    const giveUp = (why: string) => end(() => reject(new Error(`the service ${why}; it printed:\n${output()}`)))
    const timer = setTimeout(() => giveUp('did not print what was waited for in 45 s'), 45_000)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      listeners.delete(look)
      settle()
    }
    listeners.add(look)
    void exited.then((exit) => giveUp(`exited with ${exit.code ?? exit.signal}`))
  })
}

/** Starts the service and waits until it is ready. Throws with its output when it is not within 45 s. */
export function startService(options: ServiceOptions): Promise<Service> {
  return whenReady(launch(options))
}

/** As `startService`, of a service just launched. */
export async function whenReady({
  child,
  spawnedAt,
  exited,
  address,
  output,
  signal,
  printed,
}: ReturnType<typeof launch>): Promise<Service> {
  const [, url = ''] = await printed(address)
  const api = createApi(url, ADMIN_KEY)
  await untilReady(url, exited)
  const readyMs = performance.now() - spawnedAt
  const end = async (name: NodeJS.Signals) => {
    signal(name)
    await api.close()
    return exited
  }
  return { url, pid: child.pid ?? 0, api, readyMs, output, signal, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

async function untilReady(url: string, exited: Promise<Exit>): Promise<void> {
  const api = createApi(url, ADMIN_KEY, 1)
  let gone = false
  void exited.then(() => {
    gone = true
  })
  try {
    for (const deadline = performance.now() + 45_000; performance.now() < deadline && !gone; ) {
      const ready = await api.call('GET', '/readyz').then(
        (answer) => answer.status === 200,
        () => false,
      )
      if (ready) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error(gone ? 'the service exited before it was ready' : 'the service was not ready in 45 s')
  } finally {
    await api.close()
  }
}
