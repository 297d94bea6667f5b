/**
 * Where `ringback listen` goes on, kept beside the profile for each server and key. Another key of the same tenant takes over the place:
 * a service takes an `after` from the tenant it belongs to alone.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LocalError } from '../world/ends.ts'
import type { World } from '../world/world.ts'
import { profileFolder, writeWhole } from './profile-file.ts'
import { type ServiceChoice, serverOf } from './service.ts'

/** The places of one service and key. */
export interface CursorFile {
  /** The id of the last event that was handed over here; null before the first. */
  read(): string | null
  /** Places that other keys reached at the same server, the latest first. */
  others(): string[]
  /** Is on disk when it returns. */
  write(cursor: string): void
}

/** The file of this service and key, which need not be there yet. */
export function cursorFile(world: Pick<World, 'env' | 'home'>, { url, key }: ServiceChoice): CursorFile {
  const folder = join(profileFolder(world), 'listen')
  const server = serverOf(url)
  const prefix = `${digest(server)}-`
  const name = `${prefix}${digest(key ?? '')}.json`
  const path = join(folder, name)
  return {
    read: () => (existsSync(path) ? cursorIn(path) : null),
    others() {
      if (!existsSync(folder)) return []
      const files = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith('.json') && file !== name)
      const byAge = files.map((file) => ({ file: join(folder, file), at: statSync(join(folder, file)).mtimeMs }))
      return byAge.sort((one, other) => other.at - one.at).map(({ file }) => cursorIn(file))
    },
    write: (cursor) => writeWhole(path, `${JSON.stringify({ server, cursor })}\n`),
  }
}

/** A key is never stored here, only what tells it from others. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function cursorIn(path: string): string {
  try {
    const { cursor } = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof cursor === 'string') return cursor
  } catch {}
  throw new LocalError(`${path} is damaged: name the last event you have with --after, and remove the file`)
}
