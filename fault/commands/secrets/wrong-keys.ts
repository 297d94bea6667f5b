/** Starts under another master key than the one a database was made with: each is refused, and leaves every byte as it was. */
import { createHash, randomBytes } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApi } from '../../../test/support/api.ts'
import { ADMIN_KEY, launch, removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import type { Fault } from './faults.ts'

const HANDLERS = fileURLToPath(new URL('./handlers/', import.meta.url))
const KEY_FILE = 'master.key'

/** What is done to the key; it may answer settings for the start. */
const WRONGS: Record<string, (dataDir: string) => Record<string, string>> = {
  'MASTER_KEY of another database': () => ({ MASTER_KEY: randomBytes(32).toString('hex') }),
  'another key in the file': (dataDir) => rewriteKey(dataDir, () => `${randomBytes(32).toString('base64')}\n`),
  'the key file missing': (dataDir) => {
    rmSync(join(dataDir, KEY_FILE))
    return {}
  },
  'the key file cut short': (dataDir) => rewriteKey(dataDir, (text) => text.slice(0, 20)),
  'the key file empty': (dataDir) => rewriteKey(dataDir, () => ''),
}

export async function tryWrongKeys(): Promise<Fault[]> {
  const folder = await tempFolder()
  const sound = join(folder, 'sound')
  try {
    await leaveDatabase(sound)
    const faults: Fault[] = []
    for (const [name, spoil] of Object.entries(WRONGS)) {
      const dataDir = join(folder, name.replaceAll(' ', '-'))
      cpSync(sound, dataDir, { recursive: true })
      faults.push({ name, wrong: await wrongOf(dataDir, spoil(dataDir)) })
    }
    const right = await startService({ dataDir: sound, handlersDir: HANDLERS })
    await right.stop()
    return faults
  } finally {
    await removeFolder(folder)
  }
}

/** As a crash leaves it: with commits that are in its log alone. */
async function leaveDatabase(dataDir: string): Promise<void> {
  const service = await startService({ dataDir, handlersDir: HANDLERS })
  const api = createApi(service.url, ADMIN_KEY, 1)
  const { status } = await api.submit({ type: 'canary.do', payload: { how: 'return' }, run_at: '2099-01-01T00:00:00Z' })
  if (status !== 202) throw new Error(`a submit was answered ${status}`)
  await api.close()
  await service.kill()
}

async function wrongOf(dataDir: string, env: Record<string, string>): Promise<string | null> {
  const before = digestOf(dataDir)
  const { exited, output } = launch({ dataDir, handlersDir: HANDLERS, env })
  const { code } = await exited
  const lines = output().trimEnd().split('\n')
  if (code !== 1) return `ended with ${code}`
  if (lines.length > 1 || !/^ringback: .*(?:MASTER_KEY|master\.key)/.test(lines[0] ?? '')) return `said: ${output()}`
  return digestOf(dataDir) === before ? null : 'changed a file'
}

/** Of every file but the lock's and the log's index, which hold no data. */
function digestOf(dataDir: string): string {
  const files = readdirSync(dataDir).filter((name) => !/-shm$|\.lock|\.pid$/.test(name))
  const hash = createHash('sha256')
  for (const name of files.toSorted()) hash.update(`${name}\n`).update(readFileSync(join(dataDir, name)))
  return hash.digest('hex')
}

function rewriteKey(dataDir: string, change: (text: string) => string): Record<string, string> {
  const path = join(dataDir, KEY_FILE)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
  return {}
}
