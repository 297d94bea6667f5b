/** What the command line takes from the world: tests hand in their own. */

import type { Time } from '../../client/transport/time.ts'
import type { FetchLike } from '../../client/transport/transport.ts'

/** A stream that is written to. */
export interface Sink {
  readonly isTerminal: boolean
  /** Of a terminal; 80 for anything else. */
  readonly columns: number
  /** Resolves when it is taken. Rejects with `EPIPE` when nobody reads any more. */
  write(data: string | Uint8Array): Promise<void>
}

/** Standard input. */
export interface Source {
  readonly isTerminal: boolean
  /** All of it. */
  bytes(): Promise<Uint8Array>
  /** One line of a person. Only on a terminal. Rejects with the reason of `signal`. */
  ask(question: string, options: { hidden: boolean; signal: AbortSignal }): Promise<string>
  /** Calls `onKey` with each key that is pressed, until what it gives is called. Only on a terminal. */
  keys(onKey: (key: string) => void): () => void
}

/** The world of one command. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ringback's. */
  readonly version: string
  readonly home: string
  readonly stdout: Sink
  readonly stderr: Sink
  readonly stdin: Source
  readonly fetch: FetchLike
  readonly time: Time
  /** Calls `run` at Ctrl-C. */
  onInterrupt(run: () => void): void
}
