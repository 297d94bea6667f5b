/** Loads the operator's modules, one by one. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { originalOf } from '../../domain/original-error.ts'
import { isJobDefinition, type JobDefinition } from '../define-job.ts'
import type { LoadedType, ThreadData } from '../messages.ts'
import { parseJson, setImmediate, writeJson } from '../primordials.ts'
import { NeverLoaded, watchLoading } from './watch-loading.ts'

/** The file whose code started the current work. Its background work stays in this context. */
export const currentModule = new AsyncLocalStorage<string>()

/** A job type with the file that defines it. */
export interface LoadedJob {
  definition: JobDefinition
  file: string
}

/** Tells the operator why a module cannot be taken, in one line. */
export class InvalidModule extends Error {
  readonly file: string
  constructor(file: string, reason: string) {
    super(reason)
    this.file = file
  }
}

/** The files of the modules, in loading order, and the job types that are taken already. */
type ModulesToLoad = Pick<ThreadData, 'files' | 'upstreamTypes'>

/**
 * Returns the jobs by type. Calls `loading` with each file before its code runs. Throws InvalidModule for the first that cannot be
 * taken.
 */
export async function loadModules(
  { files, upstreamTypes }: ModulesToLoad,
  loading: (file: string) => void,
): Promise<Map<string, LoadedJob>> {
  const jobs = new Map<string, LoadedJob>()
  for (const file of files) {
    loading(file)
    const { default: exported } = await importModule(file)
    const definition = isJobDefinition(exported) ? exported : innerDefault(exported)
    if (!isJobDefinition(definition)) {
      throw new InvalidModule(file, `has no job as its default export but ${kindOf(exported)} (export default defineJob({ … }))`)
    }
    if (upstreamTypes.includes(definition.type)) {
      throw new InvalidModule(file, `defines the job type "${definition.type}", which is an upstream too`)
    }
    const existing = jobs.get(definition.type)
    if (existing) throw new InvalidModule(file, `defines the job type "${definition.type}" again, after ${existing.file}`)
    jobs.set(definition.type, { definition, file })
  }
  return jobs
}

/** What the main thread needs to know about a job type. */
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

/** Returns the module itself: a default export that is a promise would be awaited. */
async function importModule(file: string): Promise<{ default?: unknown }> {
  const watch = watchLoading()
  try {
    const module: { default?: unknown } = await Promise.race([
      currentModule.run(file, () => import(pathToFileURL(file).href)),
      watch.trouble,
    ])
    // Background work of the module that nobody awaits can only fail after its last line.
    await Promise.race([new Promise(setImmediate), watch.trouble])
    return module
  } catch (error) {
    throw new InvalidModule(file, error instanceof NeverLoaded ? error.message : reasonOf(error))
  } finally {
    watch.end()
  }
}

/** TypeScript that is compiled to CommonJS has its default export as a member of the module's default export. */
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

/** V8's messages for the syntax of ES modules in a file that Node reads as CommonJS, the default of `npm init`. */
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

/** Null when the schema cannot be written as JSON Schema. The payload is checked all the same. */
function jsonSchema(input: z.ZodType): unknown {
  try {
    // It goes through JSON text, because `meta()` may hold values that cannot be posted.
    return parseJson(writeJson(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })))
  } catch {
    return null
  }
}
