/** Tells when a handler module, or a file that one of them imports, is saved. */
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, relative, sep } from 'node:path'
import { importedFiles, isModule } from './imported-files.ts'

/** Editors write a file in several steps, and formatters once more: milliseconds of quiet. */
const QUIET_MS = 150

/** @param onSave called with a file's path from the folder, once for all that is saved together */
export function watchModules(folder: string, onSave: (file: string) => void): void {
  let timer: NodeJS.Timeout | undefined
  /** Beside what lies in the folder: the folders of files imported from elsewhere, by path. */
  const elsewhere = new Map<string, FSWatcher>()
  let imported = new Set<string>()

  const saved = (file: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      follow()
      onSave(file)
    }, QUIET_MS)
  }
  const follow = () => {
    imported = new Set(importedFiles(folder))
    const folders = new Set([...imported].map((file) => dirname(file)))
    for (const [path, watcher] of elsewhere) {
      if (folders.has(path)) continue
      watcher.close()
      elsewhere.delete(path)
    }
    for (const path of folders) if (!elsewhere.has(path)) elsewhere.set(path, watchElsewhere(path))
  }
  const watchElsewhere = (path: string) =>
    watch(path, (_event, name) => {
      const file = [...imported].find((each) => dirname(each) === path && basename(each) === name)
      if (file !== undefined) saved(relative(folder, file))
    }).on('error', () => {})

  watch(folder, { recursive: true }, (_event, name) => {
    if (name !== null && isModule(name) && !name.split(sep).includes('node_modules')) saved(name)
  }).on('error', () => {})
  follow()
}
