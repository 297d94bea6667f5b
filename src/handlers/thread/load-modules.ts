/** In the thread: takes the operator's modules in, one by one. */
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { isJobDefinition, type JobDefinition } from '../define-job.ts'
import type { LoadedType } from '../messages.ts'

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
    const definition = await importDefault(file)
    if (!isJobDefinition(definition)) throw new BadModule(file, 'has no job as its default export (export default defineJob({ … }))')
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

async function importDefault(file: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(file).href)
    return module.default
  } catch (error) {
    throw new BadModule(file, reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)} while it was loaded`
  if ('code' in error && error.code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'Node does not strip types from files under node_modules: give JavaScript there, or keep the module elsewhere'
  }
  // Only the stack's first line tells where TypeScript could not be read, and in which of the files imported from here.
  const [place] = /^\S.*:\d+(?=\n)/.exec(error.stack ?? '') ?? []
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`
}

/** Null when JSON Schema has no words for it: the payload is checked all the same. */
function jsonSchema(input: z.ZodType): unknown {
  try {
    // Through JSON text: `meta()` may hold what cannot be posted.
    return JSON.parse(JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })))
  } catch {
    return null
  }
}
