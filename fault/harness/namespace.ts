/**
 * A network and a file system view of our own, made by unshare(1): what runs inside has a loopback interface that is ours to
 * give any address, a name server of ours, and no way out of the machine. Needs root on Linux.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnChild } from '../../test/support/spawn-child.ts'

const NAMESPACES = ['--net', '--mount']

/** Why there can be no namespace here; null when there can. */
export function namespaceObstacle(): string | null {
  const { status, error, stderr } = spawnSync('unshare', [...NAMESPACES, 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' })
  return status === 0 ? null : (error?.message ?? stderr.trim())
}

/** Runs a module in a namespace of its own until it exits. Gives what it sent to its parent last. */
export function inNamespace<T>(module: URL, args: readonly string[]): Promise<T> {
  // With its process ids in a namespace too, nothing that it started outlives it.
  const child = spawnChild(
    'unshare',
    [...NAMESPACES, '--pid', '--kill-child', '--mount-proc', process.execPath, fileURLToPath(module), ...args],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  let report: { sent: T } | null = null
  child.on('message', (message) => {
    report = { sent: message as T }
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0 && report) resolve(report.sent)
      else reject(new Error(`${fileURLToPath(module)} exited with ${code} inside its namespace`))
    })
  })
}

/** Inside: the loopback interface is up and has these addresses too. Throws for one it cannot have. */
export function raiseLoopback(addresses: readonly string[]): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const batch = addresses.map((address) => `addr add ${address}/${address.includes(':') ? '128 dev lo nodad' : '32 dev lo'}`)
  execFileSync('ip', ['-batch', '-'], { input: batch.join('\n'), stdio: ['pipe', 'inherit', 'inherit'] })
}

/** Inside: `path` reads as `text`, for us and the processes we start. */
export function replaceFile(path: string, text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-'))
  const copy = join(folder, 'file')
  writeFileSync(copy, text)
  execFileSync('mount', ['--bind', copy, path])
  // The mount keeps it.
  rmSync(folder, { recursive: true })
}

/** Inside: runs `work`, sends its report to the parent and ends the process; ends it also when the parent is gone. */
export async function reportFromInside<T>(work: () => Promise<T>): Promise<void> {
  process.once('disconnect', () => process.exit(1))
  const report = await work()
  process.send?.(report, undefined, undefined, () => process.exit())
}
