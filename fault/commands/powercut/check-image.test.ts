import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openWriter } from '../../../src/store/sqlite/file/open-database.ts'
import { removeFolder, tempFolder } from '../../../test/support/service.ts'
import { checkImage } from './check-image.ts'

const KEY = Buffer.from('key')

/** The bytes of a new database, and a folder for images. */
async function freshDatabase(): Promise<{ database: Buffer; folder: string }> {
  const folder = await tempFolder()
  onTestFinished(() => removeFolder(folder))
  openWriter(join(folder, 'ringback.db'), 0).close()
  return { database: readFileSync(join(folder, 'ringback.db')), folder: join(folder, 'image') }
}

function check(files: Record<string, Buffer>, folder: string, told: [string, string | null][] = []) {
  return checkImage({ kind: 'dropped', files: new Map(Object.entries(files)), told: new Map(told) }, folder, KEY)
}

it('an image with all that was told is sound; so is an empty one while nothing was told', async () => {
  const { database, folder } = await freshDatabase()
  expect(check({ 'ringback.db': database, 'master.key': KEY }, folder)).toEqual({ lost: [], breaches: [] })
  expect(check({}, folder)).toEqual({ lost: [], breaches: [] })
})

it('a job that was told of and is not there is lost, with its database or without', async () => {
  const { database, folder } = await freshDatabase()
  expect(check({ 'ringback.db': database, 'master.key': KEY }, folder, [['job_1', null]]).lost).toEqual(['job_1'])
  expect(check({}, folder, [['job_1', 'completed']]).lost).toEqual(['job_1'])
})

it('a database without its whole key, a damaged one and a log without a database are breaches', async () => {
  const { database, folder } = await freshDatabase()
  const torn = Buffer.from(database).fill(0, 4096, 12_288)
  for (const files of [
    { 'ringback.db': database },
    { 'ringback.db': database, 'master.key': KEY.subarray(1) },
    { 'ringback.db': torn, 'master.key': KEY },
    { 'ringback.db': Buffer.from('nothing of the kind'.repeat(100)), 'master.key': KEY },
    { 'ringback.db-wal': Buffer.from('log'), 'master.key': KEY },
  ]) {
    expect(check(files, folder).breaches).toHaveLength(1)
  }
})
