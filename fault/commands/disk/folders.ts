/** D7: data folders that cannot be used. Each start is refused, and nothing is kept in memory instead. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { removeFolder, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { mountReadOnly, unmount } from './mounts.ts'
import { refusedStart } from './refused.ts'
import type { Row } from './report.ts'

/** A service that is not root: root may do what a mode forbids. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

interface Case {
  name: string
  /** Makes the folder what it is to be; what it answers is awaited. */
  prepare(dataDir: string): unknown
  under?: readonly string[]
  /** Of the folder, when that itself is not the data folder. */
  below?: string
}

const CASES: readonly Case[] = [
  {
    name: 'read-only file system',
    prepare(dataDir) {
      mkdirSync(dataDir)
      mountReadOnly(dataDir)
    },
  },
  {
    name: 'read-only file system with a database',
    async prepare(dataDir) {
      await (await startService({ dataDir, handlersDir: HANDLERS })).stop()
      mountReadOnly(dataDir)
    },
  },
  { name: 'folder of another user', prepare: (dataDir) => mkdirSync(dataDir, { mode: 0o700 }), under: AS_NOBODY },
  { name: 'folder to be made in one of another user', prepare: (dataDir) => chmodSync(dirname(dataDir), 0o755), under: AS_NOBODY },
  {
    name: 'database of another user',
    async prepare(dataDir) {
      await (await startService({ dataDir, handlersDir: HANDLERS })).stop()
      chmodSync(dirname(dataDir), 0o755)
      chmodSync(dataDir, 0o777)
    },
    under: AS_NOBODY,
  },
  {
    name: 'folder to be made on a read-only file system',
    prepare(dataDir) {
      mkdirSync(dataDir)
      mountReadOnly(dataDir)
    },
    below: 'none/data',
  },
  { name: 'a file in the place of the folder', prepare: (dataDir) => writeFileSync(dataDir, 'not a folder') },
  {
    name: 'a folder in the place of the database',
    prepare: (dataDir) => mkdirSync(join(dataDir, 'ringback.db'), { recursive: true }),
  },
]

export async function uselessFolders(limitMs: number): Promise<Row> {
  const faults: string[] = []
  for (const one of CASES) {
    const folder = await tempFolder()
    const own = join(folder, 'data')
    const dataDir = join(own, one.below ?? '')
    await one.prepare(own)
    const before = namesIn(own)
    const wrong = await refusedStart({ dataDir, under: one.under ?? [] }, dataDir, limitMs)
    if (namesIn(own) !== before) wrong.push(`left ${namesIn(own)} where ${before} was`)
    faults.push(...wrong.map((fault) => `${one.name}: ${fault}`))
    if (one.name.includes('read-only')) unmount(own)
    await removeFolder(folder)
  }
  return {
    id: 'D7',
    name: 'data folders that cannot be used',
    cases: CASES.length,
    faults,
    figures: `each refused with one line within ${limitMs / 1000} s`,
  }
}

function namesIn(path: string): string {
  if (!existsSync(path)) return 'nothing'
  try {
    return (
      readdirSync(path)
        .filter((name) => name.endsWith('.db'))
        .join(' ') || 'no database'
    )
  } catch {
    return 'no folder'
  }
}
