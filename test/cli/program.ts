/** The command line in this process: its streams kept, its service scripted, its clock pushed. */
import type { Command } from 'commander'
import { addCommands, cliArguments } from '../../src/cli/cli.ts'
import type { World } from '../../src/cli/world/world.ts'
import { type TestClock, testClock } from '../support/clock.ts'

export interface Asked {
  method: string
  /** With its query. */
  path: string
  url: string
  headers: Headers
  body: string
}

export type Scripted = Response | Error | ((asked: Asked) => Response | Promise<Response>)

export interface Run {
  /** Settles with the exit code; a usage that is refused while it is parsed rejects. */
  ended: Promise<number>
  clock: TestClock
  asked: Asked[]
  stdout(): string
  stderr(): string
  interrupt(): void
  press(key: string): void
}

export interface RunOptions {
  args: readonly string[]
  /** By the part of the path in front of `?`; the answers in turn, the last one for ever. */
  answers?: Readonly<Record<string, readonly Scripted[]>>
  env?: Record<string, string>
  stdin?: string
  terminal?: boolean
  /** What a person answers when asked. */
  typed?: readonly string[]
  home?: string
}

/** Modules of `bin/` are plain JavaScript without types. */
const { createProgram } = (await import('../../bin/program.mjs' as string)) as {
  createProgram(version: string, run: () => void): Command
}

/** The program with every command, and a way to hear what ends. */
export function programOver(world: World, end: (code: number) => void): Command {
  const program = createProgram('1.2.3', () => {})
  addCommands(program, world, end)
  return program
}

/** Starts one command. */
export function run(options: RunOptions): Run {
  const { args, answers = {}, env = {}, stdin = '', terminal = false, typed = [], home = '/nonexistent' } = options
  const clock = testClock()
  const asked: Asked[] = []
  const turns = new Map<string, number>()
  const written = { stdout: '', stderr: '' }
  const typing = [...typed]
  let interrupt = () => {}
  let press: (key: string) => void = () => {}
  const sink = (name: keyof typeof written) => ({
    isTerminal: terminal,
    columns: 80,
    async write(data: string | Uint8Array) {
      written[name] += typeof data === 'string' ? data : new TextDecoder().decode(data)
    },
  })
  const world: World = {
    env: { RINGBACK_API_KEY: 'key-1', RINGBACK_URL: 'http://ringback.test', ...env },
    version: '1.2.3',
    home,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: {
      isTerminal: terminal,
      bytes: async () => new TextEncoder().encode(stdin),
      async ask(question) {
        written.stderr += question
        return typing.shift() ?? ''
      },
      keys(onKey) {
        press = onKey
        return () => {}
      },
    },
    time: { now: clock.now, monotonic: clock.monotonic, after: clock.after, random: () => 0 },
    onInterrupt(then) {
      interrupt = then
    },
    async fetch(url, init) {
      const { pathname, search, href } = new URL(url)
      const body = init.body === undefined || init.body === null ? '' : String(init.body)
      const request = { method: init.method ?? 'GET', path: `${pathname}${search}`, url: href, headers: new Headers(init.headers), body }
      asked.push(request)
      const script = answers[`${request.method} ${pathname}`] ?? answers[pathname] ?? []
      const turn = turns.get(pathname) ?? 0
      turns.set(pathname, turn + 1)
      const answer = script[Math.min(turn, script.length - 1)]
      if (answer === undefined) return new Response('{"code":"not_found","detail":"nothing here"}', { status: 404 })
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? untilAborted(answer(request), init.signal ?? undefined) : answer.clone()
    },
  }
  const ended = new Promise<number>((resolve, reject) => {
    programOver(world, resolve).parseAsync(cliArguments(args), { from: 'user' }).catch(reject)
  })
  return {
    ended,
    clock,
    asked,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    interrupt: () => interrupt(),
    press: (key) => press(key),
  }
}

/** As `fetch` does. */
function untilAborted(answer: Response | Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
    Promise.resolve(answer).then(resolve, reject)
  })
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(status === 204 ? null : text, { status, headers: { 'content-type': 'application/json', ...headers } })
}

export function problem(status: number, code: string): Response {
  return json(status, { type: 'about:blank', title: code, status, detail: `It is ${code}.`, code, request_id: 'req_1' })
}

/** A job document; `more` is laid over it. */
export function job(more: object = {}): object {
  const base = { id: 'job_1', type: 'mail.send', status: 'pending', attempt: 1, max_attempts: 3, progress: null, error: null, result: null }
  const rest = { queue_position: null, result_bytes: null, result_type: null, tags: [], metadata: {}, callback: null }
  return { ...base, ...rest, ...more }
}
