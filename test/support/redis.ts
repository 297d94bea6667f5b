/** A real `redis-server` on a spare loopback port, with a temporary folder of its own: to be killed, frozen, emptied, filled. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { sparePort } from './spare-port.ts'
import { spawnChild } from './spawn-child.ts'

export interface RedisSettings {
  /** `appendfsync` of the append-only file; none = no such file */
  aof?: 'always' | 'everysec' | 'no'
  policy?: string
  /** Bytes, as `maxmemory` takes them (`3mb`). */
  maxmemory?: string
  password?: string
}

export interface TestRedis {
  readonly url: string
  /** Where its files are, until it is replaced. */
  readonly folder: string
  /** One command on a connection of its own. */
  ask(name: string, ...args: string[]): Promise<unknown>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again after `kill`, on what its folder holds; resolves when it answers. */
  start(): Promise<void>
  /** Another one in its place, with nothing in it. */
  replace(): Promise<void>
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** Why there can be no Redis here; null when there can. */
export function redisObstacle(): string | null {
  const { error } = spawnSync('redis-server', ['--version'])
  return error ? `${error.message}; the Debian package is redis-server` : null
}

/** Whether tests of `what` are skipped, which is said loudly, because there is no redis-server. In CI they fail instead. */
export function skipsWithoutRedis(what: string): boolean {
  const obstacle = process.env.CI === 'true' ? null : redisObstacle()
  if (obstacle !== null) console.warn(`\n  NOT RUN: ${what} (${obstacle})\n`)
  return obstacle !== null
}

export async function startRedis(settings: RedisSettings = {}): Promise<TestRedis> {
  const port = await sparePort()
  const { aof, policy = 'noeviction', maxmemory = '0', password } = settings
  const url = `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`
  const append = aof ? ['--appendonly', 'yes', '--appendfsync', aof] : ['--appendonly', 'no']
  const secret = password ? ['--requirepass', password] : []
  const limits = ['--maxmemory', maxmemory, '--maxmemory-policy', policy]
  // Uncompressed, so that what is in its files can be found there.
  const listen = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--rdbcompression', 'no']
  let folder = await mkdtemp(join(tmpdir(), 'ringback-redis-'))
  let server = await launch()

  async function launch(): Promise<ChildProcess> {
    const child = spawnChild('redis-server', [...listen, '--dir', folder, ...append, ...limits, ...secret], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`redis-server exited with ${code}:\n${lines.join('\n')}`)))
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        lines.push(line)
        if (line.includes('Ready to accept connections')) resolve()
      })
    })
    return child
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
  }

  async function clear(): Promise<void> {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }

  return {
    url,
    get folder() {
      return folder
    },
    async ask(name, ...args) {
      const redis = new Redis(url, { protocol: 2, retryStrategy: () => null })
      redis.on('error', () => {})
      try {
        return await redis.call(name, ...args)
      } finally {
        redis.disconnect()
      }
    },
    kill,
    async start() {
      server = await launch()
    },
    async replace() {
      await clear()
      folder = await mkdtemp(join(tmpdir(), 'ringback-redis-'))
      server = await launch()
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    close: clear,
  }
}
