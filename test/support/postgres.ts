/** A real PostgreSQL server on a spare loopback port, with a temporary folder of its own: to be killed, restarted, filled. */
import { type ChildProcess, execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { makeSmallSpace, type SmallSpace } from './small-space.ts'
import { sparePort } from './spare-port.ts'
import { spawnChild } from './spawn-child.ts'

const run = promisify(execFile)
/** Where Debian keeps the programs of each version, which are not on the PATH. */
const DEBIAN = '/usr/lib/postgresql'
const CERTIFICATES = new URL('../webhook/certificates/', import.meta.url)

export interface PostgresSettings {
  /** `off` is faster, and safe as long as the machine stays up. */
  fsync?: 'on' | 'off'
  /** Further settings of the server. */
  settings?: Readonly<Record<string, string>>
  /** Takes connections with TLS, under this certificate of `test/webhook/certificates`. */
  certificate?: string
  /** Databases lie in a file system of so many megabytes, which can be filled. Needs root. */
  space?: number
}

export interface TestPostgres {
  /** Makes an empty database; gives its URL. */
  database(): Promise<string>
  /** Runs one statement in a database. */
  ask(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** Ends at once, as in a crash; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again after `kill`; resolves when it answers. */
  start(): Promise<void>
  freeze(): void
  thaw(): void
  /** Of a server with `space`. */
  readonly space: SmallSpace | null
  close(): Promise<void>
}

/** Why there can be no PostgreSQL here; null when there can. */
function postgresObstacle(): string | null {
  if (programFolder() === null) return 'no initdb on the PATH; the Debian package is postgresql'
  return runsAs() === null ? 'PostgreSQL does not run as root, and there is no user postgres' : null
}

/** As root the server runs as the user `postgres`, which its package makes. Null: there is none. */
export function runsAs(): { uid?: number; gid?: number } | null {
  if (process.getuid?.() !== 0) return {}
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

/** Whether tests of `what` are skipped, which is said loudly, because there is no PostgreSQL. In CI they fail instead. */
export function skipsWithoutPostgres(what: string): boolean {
  const obstacle = process.env.CI === 'true' ? null : postgresObstacle()
  if (obstacle !== null) console.warn(`\n  NOT RUN: ${what} (${obstacle})\n`)
  return obstacle !== null
}

/** The folder of the programs, newest version first; empty: they are on the PATH. */
function programFolder(): string | null {
  if (spawnSync('initdb', ['--version']).error === undefined) return ''
  if (!existsSync(DEBIAN)) return null
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
  const folders = versions.map((version) => join(DEBIAN, version, 'bin'))
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

export async function startPostgres({
  fsync = 'off',
  settings = {},
  space: megabytes,
  certificate,
}: PostgresSettings = {}): Promise<TestPostgres> {
  const folder = programFolder()
  const user = runsAs()
  if (folder === null || user === null) throw new Error(postgresObstacle() ?? '')
  const program = (name: string) => join(folder, name)
  const port = await sparePort()
  const data = await mkdtemp(join(tmpdir(), 'ringback-postgres-'))
  const base = `postgres://ringback@127.0.0.1:${port}`
  const asUser = { ...user, cwd: data }
  let databases = 0
  if (user.uid !== undefined && user.gid !== undefined) await chown(data, user.uid, user.gid)
  await run(program('initdb'), ['-D', data, '-U', 'ringback', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], asUser)
  const space = megabytes === undefined ? null : await spaceOf(megabytes)
  const tls = certificate === undefined ? {} : await copyCertificate(certificate)
  let server = await launch()
  if (space !== null) await ask(`${base}/postgres`, `CREATE TABLESPACE small LOCATION '${join(data, 'small')}'`)

  async function spaceOf(size: number): Promise<SmallSpace> {
    const { uid = 0, gid = 0 } = user ?? {}
    await mkdir(join(data, 'small'))
    return makeSmallSpace(join(data, 'small'), size, { uid, gid })
  }

  async function copyCertificate(name: string): Promise<Record<string, string>> {
    const files = { ssl_cert_file: `${name}.pem`, ssl_key_file: 'receiver-key.pem' }
    for (const file of Object.values(files)) {
      await copyFile(new URL(file, CERTIFICATES), join(data, file))
      await chmod(join(data, file), 0o600)
      if (user?.uid !== undefined && user.gid !== undefined) await chown(join(data, file), user.uid, user.gid)
    }
    return { ssl: 'on', ...files }
  }

  async function launch(): Promise<ChildProcess> {
    const own = { port, fsync, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200, shared_buffers: '32MB' }
    const options = Object.entries({ ...own, ...tls, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [command = '', ...args] = [...(space?.under ?? []), program('postgres'), '-D', data, ...options]
    const child = spawnChild(command, args, { ...(space === null ? asUser : { cwd: data }), stdio: ['ignore', 'inherit', 'pipe'] })
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`postgres exited with ${code}:\n${lines.join('\n')}`)))
      createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        lines.push(line)
        if (line.includes('database system is ready to accept connections')) resolve()
      })
    })
    return child
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    // Immediate shutdown: no backend ends in order. SIGKILL would leave them running.
    server.kill('SIGQUIT')
    await gone
  }

  async function ask(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  return {
    async database() {
      const name = `test_${++databases}`
      await ask(`${base}/postgres`, `CREATE DATABASE ${name}${space === null ? '' : ' TABLESPACE small'}`)
      return `${base}/${name}`
    },
    ask,
    kill,
    async start() {
      server = await launch()
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    space,
    async close() {
      await kill()
      space?.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}
