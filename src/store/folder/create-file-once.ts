import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a file that is there whole or not at all, whatever dies on the way, and survives a power cut once this returns.
 * Readable by its owner only. When another process was first, its file stays.
 */
export function createFileOnce(path: string, content: string): void {
  const draft = `${path}.${process.pid}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  publishFile(draft, path)
}

/**
 * Gives a finished draft its name, unless the name is taken, and makes the name durable. The draft is gone afterwards.
 * False: the name was taken, and what has it was left as it is.
 */
export function publishFile(draft: string, path: string): boolean {
  let isOurs = true
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    isOurs = false
  } finally {
    rmSync(draft, { force: true })
  }
  syncFile(dirname(path))
  return isOurs
}

/** What was written to a file, or the names in a folder, survive a power cut once this returns. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
