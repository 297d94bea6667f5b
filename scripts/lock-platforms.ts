/**
 * The binaries of other platforms in the lock file. npm leaves an optional package out when the registry it was run against
 * does not carry it, and `npm ci` then refuses the whole file as out of date. Their manifests pin exact versions and their
 * names tell the platform, so the entries can be written without asking a registry; npm adds the integrity when it can.
 */

export interface LockEntry {
  version?: string
  resolved?: string
  link?: boolean
  gypfile?: boolean
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export interface Lock {
  packages: Record<string, LockEntry>
}

export interface MissingPlatform {
  location: string
  entry: LockEntry
}

/** Optional dependencies without an entry, with the entry each should have. */
export function missingPlatforms(lock: Lock): MissingPlatform[] {
  return Object.entries(lock.packages).flatMap(([owner, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isFound(lock, owner, name))
      .map(([name, version]) => ({
        // Beside its owner, where npm puts the one of this platform.
        location: `${owner.slice(0, owner.lastIndexOf('node_modules/'))}node_modules/${name}`,
        entry: { version, optional: true, ...(dev === true ? { dev } : {}), ...platformOf(name) },
      })),
  )
}

/** Writes the missing entries, in npm's order of locations. */
export function addMissingPlatforms(lock: Lock): void {
  for (const { location, entry } of missingPlatforms(lock)) {
    if (!/^\d+\.\d+\.\d+$/.test(entry.version ?? '') || entry.os === undefined)
      throw new Error(`cannot tell version or platform of ${location}`)
    lock.packages[location] = entry
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
}

/** Node's way to a package: the owner's own node_modules, then those of the folders around it. */
function isFound(lock: Lock, owner: string, name: string): boolean {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}

/** `…-linux-arm64-musl` and the like. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const [, os, cpu, abi = ''] = /-(aix|android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(\w+))?$/.exec(name) ?? []
  if (os === undefined || cpu === undefined) return {}
  const libc = abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined
  return { os: [os], cpu: [cpu], ...(libc === undefined || os !== 'linux' ? {} : { libc }) }
}
