/** How long this disk takes to keep something. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder, tempFolder } from '../test/support/service.ts'

const PAGE = Buffer.alloc(4096, 1)

/** Milliseconds of so many writes of 4 KiB, each with its `fdatasync`, in a folder as services get theirs. */
export async function fsyncTimes(count: number): Promise<number[]> {
  const folder = await tempFolder()
  const file = openSync(join(folder, 'pages'), 'w')
  try {
    return Array.from({ length: count }, () => {
      const startedAt = performance.now()
      writeSync(file, PAGE)
      fdatasyncSync(file)
      return performance.now() - startedAt
    })
  } finally {
    closeSync(file)
    await removeFolder(folder)
  }
}
