/**
 * The entry of a handlers' thread, the only place where the operator's code runs. The threads of the pool are asked to run jobs and the
 * threads of the checkers to check payloads, so that a handler that computes holds up neither submits nor reads.
 */
import { registerHooks } from 'node:module'
import { type MessagePort, parentPort, type Transferable, workerData } from 'node:worker_threads'
import { traceOf } from '../../domain/describe-error.ts'
import type { RunOutcome } from '../../domain/job-outcome.ts'
import { originalOf } from '../../domain/original-error.ts'
import type { Run } from '../../ports/executor.ts'
import { defineJob, type JobDefinition, JobError } from '../define-job.ts'
import type { Check, Checked, FromThread, ThreadData, ToThread } from '../messages.ts'
import { AbortController, clearTimeout, DOMException, monotonic, setImmediate, setTimeout } from '../primordials.ts'
import { startClaimed } from '../run-claim.ts'
import { heartbeatIn } from '../shared-heartbeat.ts'
import { boundedLog } from './bounded-log.ts'
import { captureOutput } from './capture-output.ts'
import { checkPayload } from './check-payload.ts'
import type { SchemaChecks } from './check-schema.ts'
import { currentRun } from './current-run.ts'
import { createHeartbeatTimer } from './heartbeat.ts'
import { describeJob, InvalidModule, type LoadedJob, loadModules } from './load-modules.ts'
import { failureOf } from './outcome.ts'
import { pacedReporter } from './paced-progress.ts'
import { runAttempt } from './run-attempt.ts'
import { trackExecutingRun } from './track-executing-run.ts'
import { catchUnhandledErrors, type ErrorOrigin, unhandledError } from './unhandled-errors.ts'

// Each thread sets it for itself: reports must not show the environment.
process.report.excludeEnv = true
const port = parentPort as MessagePort
const data = workerData as ThreadData
const heartbeat = heartbeatIn(data.heartbeat)
const beating = createHeartbeatTimer(heartbeat, data.maxMemory, (bytes) => post({ kind: 'full', bytes }))
const runs = new Map<number, ActiveRun>()
let isLoaded = false
let schemaChecks: SchemaChecks = new Map()
let answers: Checked[] = []

/** A run whose handler has not returned. `fail` is final: what its handler does later is dropped. */
interface ActiveRun {
  abort(reason: string): void
  fail(error: unknown): void
}

/** `import … from 'ringback'` means this package, wherever the handler module is stored. */
const packageEntry = new URL(import.meta.url.endsWith('.ts') ? '../../index.ts' : '../../index.js', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) => (specifier === 'ringback' ? { url: packageEntry, shortCircuit: true } : next(specifier, context)),
})

const logOfNoRun = boundedLog(
  (level, message, fields) => post({ kind: 'log', run: null, level, message, fields }),
  monotonic,
  () => {},
)
captureOutput(() => currentRun.getStore()?.log ?? logOfNoRun)

trackExecutingRun(heartbeat)
catchUnhandledErrors(handleUnhandledError)

try {
  const { schemas = [] } = data
  if (schemas.length > 0) {
    post({ kind: 'loading', file: 'UPSTREAMS_FILE' })
    // The compiler is 50 files: a thread without schemas starts without reading them.
    const { compileSchemas } = await import('./check-schema.ts')
    schemaChecks = compileSchemas(schemas)
  }
  const jobs = await loadModules(data, (file) => post({ kind: 'loading', file }))
  port.on('message', (message: ToThread) => receive(jobs, message))
  isLoaded = true
  post({ kind: 'ready', types: [...jobs.values()].map(describeJob) })
} catch (error) {
  if (!(error instanceof InvalidModule)) throw error
  post({ kind: 'refused', file: error.file, reason: error.message })
  port.close()
}

function receive(jobs: ReadonlyMap<string, LoadedJob>, message: ToThread): void {
  heartbeat.beat()
  switch (message.kind) {
    case 'runs':
      startRuns(jobs, message)
      return
    case 'abort':
      runs.get(message.run)?.abort(message.reason)
      return
    case 'check':
      for (const check of message.checks) void answerCheck(jobs, check)
      return
    default:
      message satisfies never
  }
}

/**
 * Each in a callback of its own: what the runs before it have to do at once is done when it starts, so a handler that computes holds up no
 * end of theirs, and until its own start it can be revoked.
 */
function startRuns(jobs: ReadonlyMap<string, LoadedJob>, { flags, runs: posted }: Extract<ToThread, { kind: 'runs' }>): void {
  const view = new Int32Array(flags)
  for (const [at, work] of posted.entries()) {
    setImmediate(() => {
      heartbeat.beat()
      if (startClaimed({ flags: view, at })) startRun(jobs, work.run, work)
    })
  }
}

function startRun(jobs: ReadonlyMap<string, LoadedJob>, run: number, work: Run): void {
  const controller = new AbortController()
  const job = jobs.get(work.type)?.definition ?? missing(work.type)
  const reporter = pacedReporter((reports) => post({ kind: 'reports', run, reports }), job.steps, monotonic, later)
  const log = boundedLog((level, message, fields) => post({ kind: 'log', run, level, message, fields }), monotonic, reporter.cut)
  let hasFailed = false

  /** Listeners of the signal are code of the handler: their errors and their time belong to the run. */
  function abort(reason: string): void {
    const executing = heartbeat.executing()
    heartbeat.setExecuting(run)
    currentRun.run({ run, log }, () => controller.abort(new DOMException(reason, 'AbortError')))
    heartbeat.setExecuting(executing)
  }

  function returned(outcome: RunOutcome): void {
    runs.delete(run)
    if (runs.size === 0) beating.stop()
    if (hasFailed) post({ kind: 'returned', run })
    else post({ kind: 'ended', run, outcome, returned: true }, bytesOf(outcome))
  }

  runs.set(run, {
    abort,
    fail(error) {
      if (hasFailed) return
      const outcome = failureOf(error)
      log.write('warn', 'the handler threw where nothing of its own could catch it', outcome.failure.internal ?? null)
      log.end()
      reporter.end()
      hasFailed = true
      post({ kind: 'ended', run, outcome, returned: false })
      abort('The run has failed.')
    },
  })
  const attempt = { job, run: work, signal: controller.signal, reporter, log, maxResult: data.maxResult }
  beating.start()
  heartbeat.setExecuting(run)
  void currentRun.run({ run, log }, () => runAttempt(attempt)).then(returned)
  heartbeat.setExecuting(0)
}

/**
 * An error fails the run it comes from. Without one it fails the only run of the thread, unless a module's background work threw it. In any
 * other case the main thread decides.
 */
function handleUnhandledError(error: unknown, origin: ErrorOrigin): void {
  // While a module is loaded, its loader reports the error.
  if (!isLoaded) return
  const owner = origin.run ?? (origin.file === null && runs.size === 1 ? [...runs.keys()][0] : undefined)
  const active = owner === undefined ? undefined : runs.get(owner)
  if (active) active.fail(error)
  else if (origin.run === null) post(unhandledError(error, origin.file))
  else logOfNoRun.write('warn', 'a handler threw after its run had ended', originalOf(error))
}

async function answerCheck(jobs: ReadonlyMap<string, LoadedJob>, { check, type, payload }: Check): Promise<void> {
  const input = jobs.get(type)?.definition.input
  let answer: Checked = { check, faults: [] }
  try {
    const checked = input && (await checkPayload(input, payload))
    const faults = checked && 'faults' in checked ? checked.faults : schemaChecks.get(type)?.(payload)
    if (faults) answer = { check, faults }
  } catch (error) {
    answer = { check, error: traceOf(error) }
  }
  if (answers.push(answer) === 1) setImmediate(sendAnswers)
}

/** Posts the answers of one turn of the event loop together. */
function sendAnswers(): void {
  post({ kind: 'checked', answers })
  answers = []
}

/** Stands in for a module that was there at the first start and is missing since. */
function missing(type: string): JobDefinition {
  return defineJob({
    type,
    run() {
      throw new JobError('handler_missing', 'The handler of this job type is not loaded.')
    },
  })
}

/** The bytes of the result, to be moved instead of copied. */
function bytesOf(outcome: RunOutcome): Transferable[] {
  return outcome.kind === 'completed' && outcome.result.kind !== 'location' ? [outcome.result.bytes.buffer as ArrayBuffer] : []
}

function post(message: FromThread, transfer: readonly Transferable[] = []): void {
  port.postMessage(message, transfer)
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
