/** Where the log's lines go: standard output, which may be closed, full or read by nobody. */

/** At most so many bytes wait to be read; further lines are dropped and counted. */
const MOST_UNREAD = 4 * 1024 * 1024

/** A stream such as standard output. */
export interface Target {
  /** Bytes that wait. */
  readonly writableLength: number
  write(text: string, done?: () => void): unknown
}

/** Takes the log's lines. */
export interface LogStream {
  /** Writes a line, or drops it while too much waits to be read. Never waits and never throws. */
  write(line: string): void
  /** Resolves when all has been read, or after `ms`. */
  flush(ms: number): Promise<void>
}

/** A log stream over `target`. @param now milliseconds since the epoch, for the line that tells how many were dropped */
export function createLogStream(target: Target, now: () => number): LogStream {
  let dropped = 0

  /** The first line that finds room again comes behind one about those that found none. */
  function tellOfDropped(): void {
    if (dropped === 0) return
    const msg = 'log lines were dropped: nobody read standard output'
    target.write(`${JSON.stringify({ level: 40, time: now(), lines: dropped, msg })}\n`)
    dropped = 0
  }

  return {
    write(line) {
      if (target.writableLength > MOST_UNREAD) {
        dropped += 1
        return
      }
      tellOfDropped()
      target.write(line)
    },
    async flush(ms) {
      if (target.writableLength === 0) return
      tellOfDropped()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        target.write('', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}
