/** What handler modules import: they declare their job type with it. Loaded in the handlers' threads, never on the main thread. */
import type { z } from 'zod'
import { DURATION_EXAMPLES, parseDuration } from '../domain/duration.ts'
import { isJobTypeName } from '../domain/job-type-name.ts'
import { MAX_STEP_NAME, MAX_STEPS } from '../domain/progress.ts'
import { isErrorCode, isFilename, isMediaType } from './names.ts'
import { TextEncoder } from './primordials.ts'

/** Writes lines to the service's log for a handler. `fields` are kept as JSON. */
export type JobLog = Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: object) => void>

/** What a run knows about itself, and how it reports. */
export interface JobContext {
  /** The idempotency key for everything the handler does outside: the same on every attempt. */
  readonly jobId: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborted at a cancel, at the timeout and at a shutdown. The run is settled without its handler five seconds later. */
  readonly signal: AbortSignal
  readonly metadata: Readonly<Record<string, string>>
  /** W3C trace context of the request that submitted the job. */
  readonly traceparent: string | null
  /** The payload's bytes as they were submitted: big numbers and key order included. */
  readonly rawInput: Uint8Array
  readonly log: JobLog
  /** Reports how far the run has come: 0 to 100. */
  progress(percent: number, message?: string): void
  /** Does one named step and shows it in the job's progress. A step does not start once `signal` is aborted. */
  step<T>(name: string, work: () => T | Promise<T>): Promise<T>
}

/** What `defineJob` takes. */
export interface JobOptions<Input extends z.ZodType = z.ZodUnknown, Type extends string = string, Output = unknown> {
  /** The name that submitters use: up to 128 letters, digits, `.`, `_`, `-`. */
  type: Type
  /** A payload that does not fit is refused at submit. `run` gets what the schema parses it into. */
  input?: Input
  /** The time limit of one run: `'5m'`, or milliseconds. Default: JOB_TIMEOUT. */
  timeout?: string | number
  /** Default: JOB_MAX_ATTEMPTS. */
  maxAttempts?: number
  /** How many runs go on at a time in one process. Default: no limit but JOB_CONCURRENCY. */
  concurrency?: number
  /** Steps to show as pending from the start, in order. */
  steps?: readonly string[]
  /** True: the type runs in threads of its own, which load this module alone. For work that computes long or needs much memory. */
  isolated?: boolean
  /** Does the work. Returns JSON, `content(…)` or `location(…)`; throws to fail the attempt. */
  run(input: z.output<Input>, ctx: JobContext): Output | Promise<Output>
}

/** A checked job type, as the loader takes it. `run` takes what the schema parses a payload into and returns the result. */
export interface JobDefinition<Type extends string = string, Input = unknown, Output = unknown, Payload = unknown> {
  readonly type: Type
  readonly input: z.ZodType<Input, Payload> | null
  readonly timeoutMs: number | null
  readonly maxAttempts: number | null
  readonly concurrency: number | null
  readonly steps: readonly string[]
  readonly isolated: boolean
  run(input: Input, ctx: JobContext): Output | Promise<Output>
}

const definitions = new WeakSet<object>()
const OPTIONS = new Set(['type', 'input', 'timeout', 'maxAttempts', 'concurrency', 'steps', 'isolated', 'run'])
/** The longest time a timer can wait, milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** Declares a job type. The module exports it as its default. Throws a TypeError that names the option it cannot take. */
export function defineJob<const Type extends string, Output, Input extends z.ZodType = z.ZodUnknown>(
  options: JobOptions<Input, Type, Output>,
): JobDefinition<Type, z.output<Input>, Output, z.input<Input>> {
  for (const name of Object.keys(options)) demand(OPTIONS.has(name), `there is no option "${name}"`)
  const { type, input, timeout, maxAttempts, concurrency, steps = [], isolated = false, run } = options
  demand(isJobTypeName(type), 'type must be 1 to 128 letters, digits, ".", "_" or "-"')
  demand(input === undefined || typeof input?.safeParseAsync === 'function', 'input must be a zod schema')
  demand(maxAttempts === undefined || isCount(maxAttempts), 'maxAttempts must be a whole number from 1')
  demand(concurrency === undefined || isCount(concurrency), 'concurrency must be a whole number from 1')
  demand(
    Array.isArray(steps) && steps.every((step) => typeof step === 'string' && step !== '' && step.length <= MAX_STEP_NAME),
    `steps must be a list of names of up to ${MAX_STEP_NAME} characters`,
  )
  demand(steps.length <= MAX_STEPS, `steps must be at most ${MAX_STEPS}`)
  demand(new Set(steps).size === steps.length, 'steps must not repeat a name')
  demand(typeof isolated === 'boolean', 'isolated must be true or false')
  demand(typeof run === 'function', 'run must be a function')
  const definition: JobDefinition<Type, z.output<Input>, Output, z.input<Input>> = Object.freeze({
    type,
    input: (input ?? null) as z.ZodType<z.output<Input>, z.input<Input>> | null,
    timeoutMs: timeout === undefined ? null : timeoutMs(timeout),
    maxAttempts: maxAttempts ?? null,
    concurrency: concurrency ?? null,
    steps: [...steps],
    isolated,
    run: run.bind(options),
  })
  definitions.add(definition)
  return definition
}

/** Whether a value came out of `defineJob`. */
export function isJobDefinition(value: unknown): value is JobDefinition {
  return typeof value === 'object' && value !== null && definitions.has(value)
}

/**
 * A failure with a code that integrators may rely on. It is retryable by default: the attempt fails, and the job fails when its
 * attempts are spent. `details` are shown as JSON, up to 16 KiB and 100 levels deep; larger ones are shown as null.
 */
export class JobError extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly details: unknown
  constructor(code: string, message: string, options: { retryable?: boolean; details?: unknown; cause?: unknown } = {}) {
    demand(isErrorCode(code), 'a JobError needs a code of 1 to 64 letters, digits, "_", "-" or "."')
    super(message, { cause: options.cause })
    this.name = 'JobError'
    this.code = code
    this.retryable = options.retryable ?? true
    this.details = options.details ?? null
  }
}

/** A result that is stored elsewhere: `GET …/result` redirects there. */
export class Location {
  readonly url: string
  constructor(url: string) {
    this.url = url
  }
}

/** A result that is served as it is, with its own media type. */
export class Content {
  readonly bytes: Uint8Array
  readonly type: string
  readonly filename: string | undefined
  constructor(bytes: Uint8Array, type: string, filename: string | undefined) {
    this.bytes = bytes
    this.type = type
    this.filename = filename
  }
}

/** Makes the result a redirect to an absolute http or https URL of up to 8,192 characters. Throws a TypeError for anything else. */
export function location(url: string | URL): Location {
  const parsed = URL.parse(String(url))
  demand(parsed !== null && /^https?:$/.test(parsed.protocol), 'location needs an absolute http or https URL')
  demand(parsed.href.length <= 8192, 'location takes a URL of up to 8,192 characters')
  return new Location(parsed.href)
}

/**
 * Makes the result bytes, or a text as UTF-8, of a media type such as `text/csv; charset=utf-8`. `filename` is the name under which a
 * browser saves it. Throws a TypeError for anything else.
 */
export function content(body: Uint8Array | string, type: string, options: { filename?: string } = {}): Content {
  const { filename } = options
  demand(typeof body === 'string' || body instanceof Uint8Array, 'content needs bytes or a text')
  demand(isMediaType(type), 'content needs a media type such as text/csv')
  demand(filename === undefined || isFilename(filename), 'content takes a file name of up to 255 characters without a path')
  return new Content(typeof body === 'string' ? new TextEncoder().encode(body) : body, type, filename)
}

function timeoutMs(timeout: string | number): number {
  const ms = typeof timeout === 'string' ? parseDuration(timeout) : timeout
  demand(
    ms !== undefined && isCount(ms) && ms <= LONGEST_TIMEOUT,
    `timeout must be a duration such as ${DURATION_EXAMPLES}, at most 24 days`,
  )
  return ms
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new TypeError(otherwise)
}
