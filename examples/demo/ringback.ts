/** The demo's service: the real program as a process of its own, and a client that knows its key. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Job {
  id: string
  status: 'pending' | 'running' | 'completed' | 'failed' | 'canceled'
  progress: { percent: number | null; message: string | null } | null
  result: unknown
  callback: { status: string; attempts: number } | null
}

export interface Ringback {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: T }>
  /** Asks again until there is an answer. */
  until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T>
  output(): string
  stop(): Promise<void>
}

export async function startRingback(dataDir: string, env: Record<string, string>): Promise<Ringback> {
  const child = spawn(process.execPath, ['bin/ringback.mjs', 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, CALLBACK_ALLOW: 'loopback', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(child, 'exit')
  const [url, key] = await new Promise<[string, string]>((resolve, reject) => {
    void exited.then(() => reject(new Error(`Ringback did not start:\n${output}`)))
    child.stdout.on('data', () => {
      const found = /API\s+(http:\/\/\S+?)\/v1[\s\S]*key\s+(\S+)/.exec(output)
      if (found?.[1] && found[2]) resolve([found[1], found[2]])
    })
  })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }

  return {
    get: async (path) => (await call('GET', path)).json() as never,
    async post(path, body) {
      const response = await call('POST', path, body)
      return { status: response.status, headers: response.headers, body: (await response.json()) as never }
    },
    async until(what, ask) {
      for (let turn = 0; turn < 500; turn++) {
        const answer = await ask()
        if (answer !== undefined) return answer
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`never came true: ${what}`)
    },
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
