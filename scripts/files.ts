import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders that hold nothing written by hand, as paths from the root. */
const GENERATED = ['node_modules', '.git', 'dist', 'data', 'coverage', 'docs/.vitepress/cache', 'docs/.vitepress/dist']

/** Every file below a folder of the repository, as paths from the working directory. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return entry.isFile() ? [path] : []
    return GENERATED.includes(path) ? [] : filesUnder(path)
  })
}
