import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LoadError } from './load-error.ts'

/**
 * Returns the handler modules of a folder as absolute paths, sorted by name: every `.ts`, `.js`, `.mts`, `.mjs`, `.cts` and `.cjs` file
 * except declarations, tests and names that begin with `_` or `.`. Sub-folders are not searched. Throws a LoadError that names the
 * folder when it cannot be read or has no module.
 */
export async function findModules(dir: string): Promise<string[]> {
  const folder = resolve(dir)
  let names: string[]
  try {
    names = (await readdir(folder)).filter(isModuleName).sort()
  } catch (error) {
    throw new LoadError('HANDLERS_DIR', `cannot read the handlers in ${folder} (${(error as NodeJS.ErrnoException).code ?? error})`)
  }
  const files: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    // stat instead of the directory entry, because mounted configuration often comes as symbolic links.
    if ((await stat(path).catch(() => null))?.isFile() !== false) files.push(path)
  }
  if (files.length === 0) throw new LoadError('HANDLERS_DIR', `${folder} holds no handler (.ts, .js, .mts, .mjs, .cts or .cjs)`)
  return files
}

function isModuleName(name: string): boolean {
  return /^[^._].*\.[cm]?[jt]s$/.test(name) && !/\.(?:d|test)\.[cm]?[jt]s$/.test(name)
}
