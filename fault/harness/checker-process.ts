/** The driver's end of the checker: starts its process and talks to it over IPC. */
import { fileURLToPath } from 'node:url'
import { forkChild } from '../../test/support/spawn-child.ts'
import type { Entry } from './history.ts'
import type { Finding } from './invariants.ts'
import type { Tally } from './tally.ts'

export type ToChecker =
  | { kind: 'secret'; secret: string }
  | { kind: 'entries'; entries: Entry[] }
  | { kind: 'catchUp' }
  | { kind: 'verdict' }

export type FromChecker =
  | { kind: 'listening'; port: number }
  | { kind: 'hit'; jobId: string }
  | { kind: 'caughtUp' }
  | { kind: 'verdict'; findings: Finding[]; tally: Tally }

export interface Verdict {
  findings: Finding[]
  tally: Tally
}

export interface Checker {
  /** Base of the receiver's URLs. */
  url: string
  /** A signing secret the callbacks may verify with; each must with one of them. */
  trust(secret: string): void
  note(entry: Entry): void
  /** Calls `hear` with the job of every callback that arrives. */
  onHit(hear: (jobId: string) => void): void
  /** Settles when every callback that had left the service before is in the history. */
  caughtUp(): Promise<unknown>
  /** Closes the history and checks it. Once. */
  verdict(): Promise<Verdict>
  close(): void
}

/**
 * Starts a checker that appends its history to `path` (JSON lines).
 *
 * @param anyTime a callback is verified as of the time it claims, however far that is from ours
 */
export async function startChecker(path: string, anyTime = false): Promise<Checker> {
  const args = anyTime ? [path, 'any-time'] : [path]
  const child = forkChild(fileURLToPath(new URL('./checker.ts', import.meta.url)), args, { stdio: 'inherit' })
  let hear: (jobId: string) => void = () => {}
  let entries: Entry[] = []
  const send = (message: ToChecker) => child.send(message)
  const flush = () => {
    if (entries.length > 0) send({ kind: 'entries', entries })
    entries = []
  }
  const awaited = <K extends FromChecker['kind']>(kind: K) =>
    new Promise<Extract<FromChecker, { kind: K }>>((resolve, reject) => {
      const listen = (message: FromChecker) => {
        if (message.kind === kind) end(() => resolve(message as Extract<FromChecker, { kind: K }>))
      }
      const fail = (code: number | null) => end(() => reject(new Error(`the checker exited with ${code}`)))
      const end = (settle: () => void) => {
        child.off('message', listen).off('exit', fail)
        settle()
      }
      child.on('message', listen).once('exit', fail)
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
    caughtUp() {
      const answer = awaited('caughtUp')
      send({ kind: 'catchUp' })
      return answer
    },
    async verdict() {
      flush()
      const answer = awaited('verdict')
      send({ kind: 'verdict' })
      return answer
    },
    close() {
      child.disconnect()
    },
  }
}
