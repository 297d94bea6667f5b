/**
 * The entry of a handlers' thread: the only place where the operator's code runs. Two threads run this file: one is asked
 * to run jobs, the other to check payloads, so that a handler that computes holds up neither submits nor reads.
 */
import { registerHooks } from 'node:module'
import { type MessagePort, parentPort, type Transferable, workerData } from 'node:worker_threads'
import { traceOf } from '../../domain/describe-error.ts'
import type { RunOutcome } from '../../domain/job-outcome.ts'
import { originalOf } from '../../domain/original-error.ts'
import type { Run } from '../../ports/executor.ts'
import { defineJob, type JobDefinition, JobError } from '../define-job.ts'
import type { Check, Checked, FromThread, ThreadData, ToThread } from '../messages.ts'
import { AbortController, clearTimeout, DOMException, monotonic, setImmediate, setTimeout } from '../own-globals.ts'
import { begin, lifeIn } from '../shared-words.ts'
import { boundedLog } from './bounded-log.ts'
import { captureOutput } from './capture-output.ts'
import { checkPayload } from './check-payload.ts'
import { compileSchemas, type SchemaChecks } from './check-schema.ts'
import { currentRun } from './current-run.ts'
import { tellHolder } from './holder.ts'
import { BadModule, describeJob, type LoadedJob, loadModules } from './load-modules.ts'
import { failureOf } from './outcome.ts'
import { pacedReporter } from './paced-progress.ts'
import { createPulse } from './pulse.ts'
import { runAttempt } from './run-attempt.ts'
import { type Blame, catchStrays, strayOf } from './strays.ts'

// Each thread says so for itself: see main.ts.
process.report.excludeEnv = true
const port = parentPort as MessagePort
const { files, maxResult, maxMemory, life: words, schemas = [] } = workerData as ThreadData
const life = lifeIn(words)
const pulse = createPulse(life, maxMemory, (bytes) => post({ kind: 'full', bytes }))
const runs = new Map<number, RunHere>()
let isLoaded = false
let schemaChecks: SchemaChecks = new Map()
let answers: Checked[] = []

/** A run whose handler has not returned. `fail` is undone by none: what its handler does later counts for nothing. */
interface RunHere {
  abort(reason: string): void
  fail(error: unknown): void
}

/** `import … from 'ringback'` means this very package, from wherever a handler lies. */
const door = new URL(import.meta.url.endsWith('.ts') ? '../../index.ts' : '../../index.js', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) => (specifier === 'ringback' ? { url: door, shortCircuit: true } : next(specifier, context)),
})

const logOfNoRun = boundedLog(
  (level, message, fields) => post({ kind: 'log', run: null, level, message, fields }),
  monotonic,
  () => {},
)
captureOutput(() => currentRun.getStore()?.log ?? logOfNoRun)

tellHolder(life)
catchStrays(takeStray)

try {
  if (schemas.length > 0) post({ kind: 'loading', file: 'UPSTREAMS_FILE' })
  schemaChecks = compileSchemas(schemas)
  const jobs = await loadModules(files, (file) => post({ kind: 'loading', file }))
  port.on('message', (message: ToThread) => receive(jobs, message))
  isLoaded = true
  post({ kind: 'ready', types: [...jobs.values()].map(describeJob) })
} catch (error) {
  if (!(error instanceof BadModule)) throw error
  post({ kind: 'refused', file: error.file, reason: error.message })
  port.close()
}

function receive(jobs: ReadonlyMap<string, LoadedJob>, message: ToThread): void {
  life.beat()
  switch (message.kind) {
    case 'run':
      if (begin(message.claim)) startRun(jobs, message.run, message)
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

function startRun(jobs: ReadonlyMap<string, LoadedJob>, run: number, work: Run): void {
  const controller = new AbortController()
  const job = jobs.get(work.type)?.definition ?? missing(work.type)
  const reporter = pacedReporter((reports) => post({ kind: 'reports', run, reports }), job.steps, monotonic, later)
  const log = boundedLog((level, message, fields) => post({ kind: 'log', run, level, message, fields }), monotonic, reporter.cut)
  let hasFailed = false

  /** Listeners of the signal are the handler's code, as what they throw and how long they compute. */
  function abort(reason: string): void {
    const holder = life.holder()
    life.hold(run)
    currentRun.run({ run, log }, () => controller.abort(new DOMException(reason, 'AbortError')))
    life.hold(holder)
  }

  function returned(outcome: RunOutcome): void {
    runs.delete(run)
    if (runs.size === 0) pulse.stop()
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
  pulse.start()
  life.hold(run)
  void currentRun.run({ run, log }, () => runAttempt(job, work, controller.signal, reporter, log, maxResult)).then(returned)
  life.hold(0)
}

/** Laid on the run it comes from; without one on the only run there is; else it is the main thread's to judge. */
function takeStray(error: unknown, blame: Blame): void {
  // What fails while a module is loaded is a reason not to take it.
  if (!isLoaded) return
  const owner = blame.run ?? (blame.file === null && runs.size === 1 ? [...runs.keys()][0] : undefined)
  const here = owner === undefined ? undefined : runs.get(owner)
  if (here) here.fail(error)
  else if (blame.run === null) post(strayOf(error, blame.file))
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

/** The answers of one turn go together. */
function sendAnswers(): void {
  post({ kind: 'checked', answers })
  answers = []
}

/** Stands in for a module that was there at the first start and is not any more. */
function missing(type: string): JobDefinition {
  return defineJob({
    type,
    run() {
      throw new JobError('handler_missing', 'The handler of this job type is not loaded.')
    },
  })
}

/** The result's bytes are moved, not copied. */
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
