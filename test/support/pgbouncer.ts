/** A real PgBouncer in transaction mode on a spare loopback port, with few sessions behind it. */
import { spawnSync } from 'node:child_process'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runsAs } from './postgres.ts'
import { withPort } from './relay.ts'
import { sparePort } from './spare-port.ts'
import { spawnChild } from './spawn-child.ts'

/** Fewer than one process has connections: its transactions must share them. */
const SESSIONS = 3

export interface TestPgBouncer {
  /** The URL that leads through it to the database of `url`. */
  through(url: string): string
  close(): Promise<void>
}

/** Whether tests of `what` are skipped, which is said loudly, because there is no PgBouncer. In CI they fail instead. */
export function skipsWithoutPgBouncer(what: string): boolean {
  const isMissing = process.env.CI !== 'true' && spawnSync('pgbouncer', ['--version']).error !== undefined
  if (isMissing) console.warn(`\n  NOT RUN: ${what} (no pgbouncer on the PATH; the Debian package is pgbouncer)\n`)
  return isMissing
}

/** @param target the URL of a database of the server behind it */
export async function startPgBouncer(target: string): Promise<TestPgBouncer> {
  const { hostname, port: serverPort, username } = new URL(target)
  const folder = await mkdtemp(join(tmpdir(), 'ringback-pgbouncer-'))
  const port = await sparePort()
  const config = join(folder, 'pgbouncer.ini')
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SESSIONS}
max_client_conn = 200
`,
  )
  const user = runsAs() ?? {}
  if (user.uid !== undefined && user.gid !== undefined) for (const path of [folder, config]) await chown(path, user.uid, user.gid)
  const child = spawnChild('pgbouncer', [config], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`pgbouncer exited with ${code}:\n${lines.join('\n')}`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('process up')) resolve()
    })
  })
  return {
    through: (url) => withPort(url, port),
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
