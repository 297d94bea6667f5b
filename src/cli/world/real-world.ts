/** The world of a real process. */
import { homedir } from 'node:os'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { systemTime } from '../../client/transport/time.ts'
import { EXIT, Interrupted } from './ends.ts'
import type { Sink, Source, World } from './world.ts'

/** What a process has that the command line uses. */
export type ProcessLike = Pick<NodeJS.Process, 'env' | 'stdin' | 'stdout' | 'stderr' | 'on'>

/** Reads nothing yet: standard input is touched when a command asks for it. */
export function realWorld(own: ProcessLike, version: string): World {
  return {
    env: own.env,
    version,
    home: homedir(),
    stdout: sinkOf(own.stdout),
    stderr: sinkOf(own.stderr),
    stdin: sourceOf(own),
    fetch: (input, init) => globalThis.fetch(input, init),
    time: systemTime,
    onInterrupt(run) {
      let asked = false
      own.on('SIGINT', () => {
        // The second time nothing is waited for.
        if (asked) process.exit(EXIT.interrupted)
        asked = true
        run()
      })
    },
  }
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    isTerminal: stream.isTTY === true,
    columns: stream.columns || 80,
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => (error ? reject(error) : resolve()))
      }),
  }
}

function sourceOf(own: ProcessLike): Source {
  return {
    get isTerminal() {
      return own.stdin.isTTY === true
    },
    async bytes() {
      const parts: Uint8Array[] = []
      for await (const part of own.stdin) parts.push(part as Uint8Array)
      return Buffer.concat(parts)
    },
    ask: (question, options) => askPerson(own, question, options),
    keys(onKey) {
      const { stdin } = own
      const hear = (data: Buffer) => onKey(data.toString())
      stdin.setRawMode(true)
      stdin.on('data', hear).resume()
      return () => {
        stdin.off('data', hear).pause()
        stdin.setRawMode(false)
      }
    },
  }
}

/** The question goes to standard error, and so does the echo of the answer unless it is hidden. */
function askPerson(own: ProcessLike, question: string, { hidden, signal }: { hidden: boolean; signal: AbortSignal }): Promise<string> {
  own.stderr.write(question)
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: own.stdin, output: hidden ? nothing : own.stderr, terminal: true })
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', interrupt)
      lines.close()
      if (hidden) own.stderr.write('\n')
      settle()
    }
    const interrupt = () => end(() => reject(signal.reason))
    signal.addEventListener('abort', interrupt)
    // In raw mode Ctrl-C is a key: readline tells of it, no signal comes.
    lines.once('SIGINT', () => end(() => reject(new Interrupted())))
    lines.once('line', (line) => end(() => resolve(line)))
  })
}
