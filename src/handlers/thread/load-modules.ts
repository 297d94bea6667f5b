/** In the thread: takes the operator's modules in, one by one. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { originalOf } from '../../domain/original-error.ts'
import { isJobDefinition, type JobDefinition } from '../define-job.ts'
import type { LoadedType } from '../messages.ts'
import { parseJson, setImmediate, writeJson } from '../own-globals.ts'
import { NeverLoaded, watchLoading } from './watch-loading.ts'

/** The file whose code began what goes on: its background work carries it along. */
export const currentModule = new AsyncLocalStorage<string>()

export interface LoadedJob {
  definition: JobDefinition
  file: string
}

/** Why a module cannot be taken, in one line for the operator. */
export class BadModule extends Error {
  readonly file: string
  constructor(file: string, reason: string) {
    super(reason)
    this.file = file
  }
}

/** The jobs of `files` by type. `loading` hears each file before its code runs. Throws BadModule for the first that cannot be taken. */
export async function loadModules(files: readonly string[], loading: (file: string) => void): Promise<Map<string, LoadedJob>> {
  const jobs = new Map<string, LoadedJob>()
  for (const file of files) {
    loading(file)
    const { default: exported } = await importModule(file)
    const definition = isJobDefinition(exported) ? exported : innerDefault(exported)
    if (!isJobDefinition(definition)) {
      throw new BadModule(file, `has no job as its default export but ${kindOf(exported)} (export default defineJob({ … }))`)
    }
    const twin = jobs.get(definition.type)
    if (twin) throw new BadModule(file, `defines the job type "${definition.type}" again, after ${twin.file}`)
    jobs.set(definition.type, { definition, file })
  }
  return jobs
}

/** What the main thread needs to know about a job. */
export function describeJob({ definition, file }: LoadedJob): LoadedType {
  const { type, timeoutMs, maxAttempts, concurrency, steps, isolated, input } = definition
  return {
    type,
    timeoutMs,
    maxAttempts,
    concurrency,
    steps,
    isolated,
    source: file,
    hasInput: input !== null,
    inputSchema: input && jsonSchema(input),
  }
}

/** The module itself, not its default export: were that a promise, it would be waited for. */
async function importModule(file: string): Promise<{ default?: unknown }> {
  const watch = watchLoading()
  try {
    const module: { default?: unknown } = await Promise.race([
      currentModule.run(file, () => import(pathToFileURL(file).href)),
      watch.trouble,
    ])
    // What the module has begun and nobody waits for fails after its last line.
    await Promise.race([new Promise(setImmediate), watch.trouble])
    return module
  } catch (error) {
    throw new BadModule(file, error instanceof NeverLoaded ? error.message : reasonOf(error))
  } finally {
    watch.end()
  }
}

/** TypeScript compiled to CommonJS keeps its default export as a member of the module's own. */
function innerDefault(exported: unknown): unknown {
  return typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Promise) return 'a promise'
  return typeof value === 'object' && value !== null
    ? 'an object that defineJob did not make'
    : `a ${value === null ? 'null' : typeof value}`
}

/** What V8 says of the syntax of ES modules in a file that Node reads as CommonJS, as `npm init` makes a new project say. */
const MODULE_SYNTAX = /^Cannot use (?:import statement|'import\.meta') outside a module|^Unexpected token 'export'/
const TAKEN_FOR_COMMONJS = 'Node reads it as CommonJS: name it .mts or .mjs, or set "type": "module" in the package.json above it'

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${originalOf(error).message} while it was loaded`
  if ('code' in error && error.code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node does not strip types from files under node_modules: give JavaScript there, or keep the module elsewhere'
  }
  // Only the stack's first line tells where TypeScript could not be read, and in which of the files imported from here.
  const [place] = /^\S.*:\d+(?=\n)/.exec(error.stack ?? '') ?? []
  const wayOut = error instanceof SyntaxError && MODULE_SYNTAX.test(error.message) ? `. ${TAKEN_FOR_COMMONJS}` : ''
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}${wayOut}`
}

/** Null when JSON Schema has no words for it: the payload is checked all the same. */
function jsonSchema(input: z.ZodType): unknown {
  try {
    // Through JSON text: `meta()` may hold what cannot be posted.
    return parseJson(writeJson(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })))
  } catch {
    return null
  }
}
