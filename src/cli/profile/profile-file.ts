/** The profile file that `ringback login` writes: `ringback/config.json` below XDG_CONFIG_HOME, for its owner's eyes. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { LocalError } from '../world/ends.ts'
import type { World } from '../world/world.ts'

/** One service and the key for it. */
export interface Profile {
  url: string
  key: string
}

/** The folder of what the command line keeps. A relative XDG_CONFIG_HOME is ignored, as the XDG specification says. */
export function profileFolder({ env, home }: Pick<World, 'env' | 'home'>): string {
  const { XDG_CONFIG_HOME: base } = env
  return join(base && isAbsolute(base) ? base : join(home, '.config'), 'ringback')
}

/** Where the profiles are. */
function profileFile(world: Pick<World, 'env' | 'home'>): string {
  return join(profileFolder(world), 'config.json')
}

/** The profiles by name; none where there is no file. Throws a LocalError for a file that cannot be read. */
export function readProfiles(world: Pick<World, 'env' | 'home'>): Record<string, Profile> {
  const path = profileFile(world)
  if (!existsSync(path)) return {}
  try {
    const { profiles } = JSON.parse(readFileSync(path, 'utf8'))
    const entries = Object.entries<Partial<Profile>>(profiles)
    return Object.fromEntries(entries.map(([name, { url, key }]) => [name, { url: String(url), key: String(key) }]))
  } catch {
    throw new LocalError(`${path} cannot be read as profiles: run ringback login, or remove the file`)
  }
}

/** Writes one profile beside the others. */
export function writeProfile(world: Pick<World, 'env' | 'home'>, name: string, profile: Profile): string {
  const path = profileFile(world)
  writeWhole(path, `${JSON.stringify({ profiles: { ...readProfiles(world), [name]: profile } }, null, 2)}\n`)
  return path
}

/** Replaces a file with mode 0600 as a whole: whoever reads it, also after a power cut, sees the old one or the new one. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(draft, { force: true })
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (error) {
    throw new LocalError(`${path} cannot be written: ${error instanceof Error ? error.message : error}`)
  }
}
