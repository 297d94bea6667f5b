/**
 * The files of the pages: our own beside this module, htmx's and uPlot's beside it in the package and in `node_modules` in a checkout.
 * Their URLs have a hash of their bytes, so that a browser may keep them for ever.
 */
import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CSS = 'text/css; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'

const FILES = {
  'dashboard.css': { type: CSS },
  'dashboard.js': { type: SCRIPT },
  'chart.js': { type: SCRIPT },
  'portal.js': { type: SCRIPT },
  'htmx.min.js': { type: SCRIPT, of: ['htmx.org', 'dist/htmx.min.js'] },
  'uPlot.iife.min.js': { type: SCRIPT, of: ['uplot', 'dist/uPlot.iife.min.js'] },
  'uPlot.min.css': { type: CSS, of: ['uplot', 'dist/uPlot.min.css'] },
} as const satisfies Record<string, { type: string; of?: readonly [string, string] }>

/** The name of a file of the pages. */
export type AssetName = keyof typeof FILES

/** A file of the pages. */
export interface Asset {
  bytes: Uint8Array
  type: string
  /** What its URL says of its bytes. */
  digest: string
}

const read = new Map<AssetName, Asset>()

/** A file with its bytes. Each is read once. */
function assetOf(name: AssetName): Asset {
  let asset = read.get(name)
  if (asset === undefined) {
    const bytes = readFileSync(locate(name))
    asset = { bytes, type: FILES[name].type, digest: hash('sha256', bytes, 'hex').slice(0, 16) }
    read.set(name, asset)
  }
  return asset
}

/** Where a page finds a file. */
export function assetUrl(name: AssetName): string {
  return `/dashboard/assets/${assetOf(name).digest}/${name}`
}

/** The file that a URL names; null when there is none, or it is not what the URL says. */
export function assetAt(digest: string, name: string): Asset | null {
  if (!Object.hasOwn(FILES, name)) return null
  const asset = assetOf(name as AssetName)
  return asset.digest === digest ? asset : null
}

function locate(name: AssetName): string {
  const beside = fileURLToPath(new URL(name, import.meta.url))
  const file = FILES[name]
  if (!('of' in file) || existsSync(beside)) return beside
  const [library, path] = file.of
  return join(folderOf(library), path)
}

/** Not every package lets its manifest be resolved, so the folder is found by its entry. */
function folderOf(library: string): string {
  const [before] = createRequire(import.meta.url)
    .resolve(library)
    .split(`/node_modules/${library}/`)
  return join(before ?? dirname(library), 'node_modules', library)
}
