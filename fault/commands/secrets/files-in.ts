/** The files that a run leaves, and what they are evidence of. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './canaries.ts'

/** Every file of a folder but those of one folder in it. */
export function filesIn(folder: string, except: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== join(folder, except))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Where a canary in this file is. */
export function placeOf(file: string, isDatabase: boolean): Place {
  if (isDatabase || file.includes('.db.')) return 'database'
  return file.includes('/reports/') ? 'crash' : 'files'
}
