/** Where a live connection writes, with what its client leaves unread. */

/** A client that has not read what was written may take so long, milliseconds, before its connection ends. */
const STALL_MS = 10_000

/** Node's stream behind a connection. */
export interface Pipe {
  write(text: string): void
  /** More is unread than the stream wants to hold, which is 64 KiB. */
  readonly writableNeedDrain: boolean
}

/** What is written to one client. */
export interface Outlet {
  send(text: string): void
  /** Nothing but what must not be lost is to be written now. */
  readonly full: boolean
  /** Everything written has been read. */
  drained(): void
  /** Whether the client has fallen behind for too long. */
  isStalled(now: number): boolean
}

/** @param monotonic milliseconds that never go back */
export function createOutlet(pipe: Pipe, monotonic: () => number): Outlet {
  let fullSince: number | null = null

  return {
    send(text) {
      pipe.write(text)
      if (pipe.writableNeedDrain) fullSince ??= monotonic()
    },
    get full() {
      return fullSince !== null
    },
    drained() {
      fullSince = null
    },
    isStalled: (now) => fullSince !== null && now - fullSince >= STALL_MS,
  }
}
