/** Which files outside a folder its modules import, by relative specifiers, directly or through one another. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve, sep } from 'node:path'

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']
/** `from './x'`, `import './x'`, `import('./x')`, `require('./x')`. */
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*['"](\.{1,2}\/[^'"]+)['"]/g
/** More are not followed: a folder of handlers is not a whole application. */
const MOST_FILES = 1_000

/** Whether a file of this name can be a module, or data that one imports. */
export function isModule(name: string): boolean {
  return EXTENSIONS.includes(extname(name))
}

/** Absolute paths. What cannot be read, or is in `node_modules`, is passed over. */
export function importedFiles(folder: string): string[] {
  const root = resolve(folder)
  const seen = new Set(modulesIn(root))
  // A set that grows is iterated to its end.
  for (const file of seen) {
    if (seen.size > MOST_FILES) break
    for (const each of importsOf(file)) seen.add(each)
  }
  return [...seen].filter((file) => !file.startsWith(root + sep))
}

function modulesIn(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => isModule(name) && !name.split(sep).includes('node_modules'))
      .map((name) => join(root, name))
  } catch {
    return []
  }
}

function importsOf(file: string): string[] {
  try {
    const specifiers = [...readFileSync(file, 'utf8').matchAll(SPECIFIER)].map(([, specifier = '']) => specifier)
    return specifiers.map((specifier) => resolve(dirname(file), specifier)).filter(isFile)
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return isModule(path) && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}
