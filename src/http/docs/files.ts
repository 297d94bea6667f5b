/** The files of the API page: our own beside this module, Swagger UI's beside it in the package and in `node_modules` in a checkout. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The files of the page, with their media types. */
export const FILE_TYPES = {
  'docs.css': 'text/css; charset=utf-8',
  'docs.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const
/** The name of a file of the page. */
export type DocsFile = keyof typeof FILE_TYPES

const read = new Map<DocsFile, Promise<Uint8Array>>()

/** The bytes of a file. Each is read once, so clients that do not read their answers all hold the same bytes. */
export function docsFile(name: DocsFile): Promise<Uint8Array> {
  const bytes = read.get(name) ?? readFile(locate(name))
  read.set(name, bytes)
  return bytes
}

function locate(name: DocsFile): string {
  const beside = fileURLToPath(new URL(name, import.meta.url))
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`)
}
