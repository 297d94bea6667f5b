/** The lock file: the same install everywhere, without a compiler. With `--fix` it first puts back what `npm install` leaves out. */
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { addMissingPlatforms, type Lock, missingPlatforms } from './lock-platforms.ts'

/** Below these, a bug we know of comes back (security advisories, crashes, lost data). */
const FLOORS = {
  'better-sqlite3': '13.2.0',
  undici: '8.12.0',
  hono: '4.13.19',
  '@hono/node-server': '2.1.8',
  'drizzle-orm': '0.45.4',
  zod: '4.6.7',
}
/**
 * Says `gypfile: false` in its manifest, which npm drops from the lock file: then `npm ci` of npm 10 and 11 builds it
 * although it ships its binaries, and fails where there is no compiler.
 */
const SHIPS_ITS_BINARIES = 'node_modules/better-sqlite3'

const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const sqlite = lock.packages[SHIPS_ITS_BINARIES]

if (process.argv.includes('--fix')) {
  if (sqlite !== undefined) sqlite.gypfile = false
  addMissingPlatforms(lock)
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
}

const faults: string[] = []
if (sqlite?.gypfile !== false) faults.push(`${SHIPS_ITS_BINARIES} lacks "gypfile": false; run npm run lock:fix`)
for (const { location } of missingPlatforms(lock)) faults.push(`${location} is missing, npm ci will refuse; run npm run lock:fix`)
for (const [location, entry] of Object.entries(lock.packages)) {
  if (entry.resolved !== undefined && entry.link !== true) faults.push(`${location} names where it was resolved; see .npmrc`)
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
for (const part of ['dependencies', 'devDependencies'] as const) {
  if (!isDeepStrictEqual(lock.packages['']?.[part], manifest[part])) faults.push(`${part} differ from package.json; run npm install`)
}
for (const [name, floor] of Object.entries(FLOORS)) {
  const version = lock.packages[`node_modules/${name}`]?.version
  const enough = version !== undefined && version.localeCompare(floor, 'en', { numeric: true }) >= 0
  if (!enough) faults.push(`${name} must be ${floor} or newer, is ${version}`)
}

for (const fault of faults) console.log(fault)
console.log(`${Object.keys(lock.packages).length} packages, ${faults.length} faults`)
process.exit(faults.length === 0 ? 0 : 1)
