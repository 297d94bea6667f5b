/** Checks what a power cut left: opened as SQLite opens it, row by row, without the service. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { databasePath } from '../../../src/store/folder/data-folder.ts'
import { keyFile } from '../../../src/store/folder/master-key.ts'
import { tornWork } from '../../harness/torn-work.ts'
import type { Image } from './disk.ts'
import type { Crash } from './replay.ts'

export interface ImageResult {
  /** Jobs that somebody was told of and that are not there, or not in the final state that was told. */
  lost: string[]
  /** Everything else that is wrong, a line each. */
  breaches: string[]
}

/** Lays the files into `folder`, which is made anew. */
export function layImage(files: Image, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(folder, name), content, { mode: 0o600 })
}

/** @param key what the key file must hold wherever there is a database */
export function checkImage({ files, told }: Crash, folder: string, key: Buffer): ImageResult {
  layImage(files, folder)
  if (!existsSync(databasePath(folder))) {
    const breaches = existsSync(`${databasePath(folder)}-wal`) ? ['there is a write-ahead log, but no database'] : []
    return { lost: [...told.keys()], breaches }
  }
  const breaches = existsSync(keyFile(folder)) && readFileSync(keyFile(folder)).equals(key) ? [] : ['there is a database, but not its key']
  let db: Database.Database | undefined
  try {
    db = new Database(databasePath(folder), { fileMustExist: true })
    // The image is looked at once.
    db.pragma('synchronous = OFF')
    const verdict = String(db.pragma('integrity_check', { simple: true }))
    if (verdict !== 'ok') return { lost: [], breaches: [...breaches, `integrity_check: ${verdict}`] }
    const status = db.prepare<[string], string>('SELECT status FROM jobs WHERE id = ?').pluck()
    const lost = [...told].filter(([id, end]) => {
      const found = status.get(id)
      return found === undefined || (end !== null && found !== end)
    })
    return { lost: lost.map(([id]) => id), breaches: [...breaches, ...tornWork(db)] }
  } catch (error) {
    return { lost: [], breaches: [...breaches, `it cannot be read: ${error instanceof Error ? error.message : error}`] }
  } finally {
    db?.close()
  }
}
