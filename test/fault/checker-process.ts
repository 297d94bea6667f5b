/** The driver's end of the checker: starts its process and talks to it over IPC. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Entry } from './history.ts'
import type { Finding } from './judge.ts'
import type { Tally } from './tally.ts'

export type ToChecker = { kind: 'secret'; secret: string } | { kind: 'entries'; entries: Entry[] } | { kind: 'judge' }

export type FromChecker =
  | { kind: 'listening'; port: number }
  | { kind: 'hit'; jobId: string }
  | { kind: 'verdict'; findings: Finding[]; tally: Tally }

export interface Verdict {
  findings: Finding[]
  tally: Tally
}

export interface Checker {
  /** Base of the receiver's URLs. */
  url: string
  /** The signing secret the callbacks must verify with. */
  trust(secret: string): void
  note(entry: Entry): void
  /** Calls `hear` with the job of every callback that arrives. */
  onHit(hear: (jobId: string) => void): void
  /** Closes the history and judges it. Once. */
  verdict(): Promise<Verdict>
  close(): void
}

/** Starts a checker that appends its history to `path` (JSON lines). */
export async function startChecker(path: string): Promise<Checker> {
  const child = fork(fileURLToPath(new URL('./checker.ts', import.meta.url)), [path], { stdio: 'inherit' })
  let hear: (jobId: string) => void = () => {}
  let entries: Entry[] = []
  const send = (message: ToChecker) => child.send(message)
  const flush = () => {
    if (entries.length > 0) send({ kind: 'entries', entries })
    entries = []
  }
  const awaited = <K extends FromChecker['kind']>(kind: K) =>
    new Promise<Extract<FromChecker, { kind: K }>>((resolve, reject) => {
      child.on('message', (message: FromChecker) => {
        if (message.kind === kind) resolve(message as Extract<FromChecker, { kind: K }>)
      })
      child.once('exit', (code) => reject(new Error(`the checker exited with ${code}`)))
    })
  child.on('message', (message: FromChecker) => {
    if (message.kind === 'hit') hear(message.jobId)
  })

  const { port } = await awaited('listening')
  return {
    url: `http://127.0.0.1:${port}`,
    trust: (secret) => send({ kind: 'secret', secret }),
    note(entry) {
      // One message a turn: the history must not slow the load it describes.
      if (entries.length === 0) setImmediate(flush)
      entries.push(entry)
    },
    onHit(listener) {
      hear = listener
    },
    async verdict() {
      flush()
      const answer = awaited('verdict')
      send({ kind: 'judge' })
      return answer
    },
    close() {
      child.disconnect()
    },
  }
}
