/** An executor over modules written to a folder of their own outside the checkout, with a clock to push. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { describeError } from '../../src/domain/describe-error.ts'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import type { Report } from '../../src/domain/progress.ts'
import { newSecret } from '../../src/domain/signature.ts'
import type { Upstream } from '../../src/domain/upstream.ts'
import { createExecutor, type ExecutorOptions } from '../../src/handlers/executor.ts'
import type { Executor, Run } from '../../src/ports/executor.ts'
import type { Log } from '../../src/ports/runtime.ts'
import { type TestClock, testClock } from '../support/clock.ts'

/** What requests to upstreams are signed with. */
export const SECRET = newSecret(new Uint8Array(32).fill(7))

export interface LogLine {
  level: string
  message: string
  fields: Record<string, unknown>
}

export interface TempExecutor {
  executor: Executor
  clock: TestClock
  /** What was logged so far. */
  lines: LogLine[]
  /** Starts a run of a type with a payload. */
  start(type: string, payload?: unknown, more?: Partial<Run>): StartedRun
  check(type: string, payload: unknown): Promise<{ pointer: string; detail: string }[]>
}

export interface StartedRun {
  outcome: Promise<RunOutcome>
  reports: Report[]
  /** Resolves with the first report that fits. */
  reported(fits: (report: Report) => boolean): Promise<Report>
  abort(reason?: unknown): void
}

/** Writes `{name: source}` to a new folder, which is removed at the end of the test. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await writeFolder(files)
  onTestFinished(() => removeFolder(folder))
  return folder
}

async function writeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-handlers-'))
  for (const [name, source] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), source)
  }
  return folder
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}

type Options = Partial<Omit<ExecutorOptions, 'log'>>

/** Opens an executor over such files and closes it at the end of the test. Rejects as `createExecutor` does. */
export async function executorWith(files: Readonly<Record<string, string>>, options: Options = {}): Promise<TempExecutor> {
  const opened = await openExecutor(files, options)
  onTestFinished(() => opened.close())
  return opened
}

/** One executor for all tests of a file: starting its threads takes longer than most of the tests. `lines` are emptied before each test. */
export function sharedExecutor(files: Readonly<Record<string, string>>, options: Options = {}): () => TempExecutor {
  let opened: Awaited<ReturnType<typeof openExecutor>>
  beforeAll(async () => {
    opened = await openExecutor(files, options)
  })
  beforeEach(() => {
    opened.lines.length = 0
  })
  afterAll(() => opened.close())
  return () => opened
}

async function openExecutor(files: Readonly<Record<string, string>>, options: Options): Promise<TempExecutor & { close(): Promise<void> }> {
  const handlersDir = Object.keys(files).length === 0 ? null : await writeFolder(files)
  const lines: LogLine[] = []
  const clock = testClock()
  const executor = await createExecutor({
    handlersDir,
    upstreams: [],
    maxResult: 1024 * 1024,
    signingSecrets: async () => [SECRET],
    version: '0.0.0-test',
    threads: 2,
    maxMemory: 512 * 1024 * 1024,
    env: {},
    clock,
    tracing: null,
    ...options,
    log: recordingLog(lines),
  }).catch(async (error: unknown) => {
    if (handlersDir !== null) await removeFolder(handlersDir)
    throw error
  })
  return {
    async close() {
      await executor.close()
      if (handlersDir !== null) await removeFolder(handlersDir)
    },
    executor,
    clock,
    lines,
    start: (type, payload = null, more = {}) => startRun(executor, type, payload, more),
    check: (type, payload) => executor.check(type, bytes(payload)),
  }
}

/** An upstream with nothing but a type and a URL, unless said otherwise. */
export function anUpstream(more: Partial<Upstream> & { url: string }): Upstream {
  const plain = { cancelUrl: null, timeoutMs: null, maxAttempts: null, concurrency: null, steps: [], inputSchema: null, headers: {} }
  return { type: 'up', ...plain, ...more }
}

/** JSON as UTF-8. */
export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** The value of a completed run's JSON. */
export async function jsonOf(run: StartedRun): Promise<unknown> {
  const outcome = await run.outcome
  if (outcome.kind !== 'completed' || outcome.result.kind !== 'json') throw new Error(`no JSON: ${JSON.stringify(outcome)}`)
  return JSON.parse(new TextDecoder().decode(outcome.result.bytes))
}

function startRun(executor: Executor, type: string, payload: unknown, more: Partial<Run>): StartedRun {
  const controller = new AbortController()
  const reports: Report[] = []
  let heard = (): void => {}
  const run: Run = {
    jobId: 'job_1',
    tenantId: 'tnt_default',
    type,
    attempt: 1,
    payload: bytes(payload),
    metadata: {},
    traceparent: null,
    timeoutMs: 3600_000,
    ...more,
  }
  const outcome = executor.run(run, controller.signal, (report) => {
    reports.push(report)
    heard()
  })
  return {
    outcome,
    reports,
    abort: (reason: unknown = 'cancel') => controller.abort(reason),
    reported: (fits) =>
      new Promise((resolve) => {
        heard = () => {
          const report = reports.find(fits)
          if (report) resolve(report)
        }
        heard()
      }),
  }
}

/** Keeps what is logged. */
export function recordingLog(lines: LogLine[]): Log {
  const write = (level: string) => (fields: object, message: string, error?: unknown) => {
    lines.push({ level, message, fields: error === undefined ? { ...fields } : { ...fields, error: describeError(error) } })
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
