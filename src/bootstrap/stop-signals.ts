/** Signals that ask the process to end. */

/** SIGHUP: its terminal has closed. SIGUSR2: supervisors of development restart with it. Each would end Node at once otherwise. */
const STOP = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
/** Left alone: Node would open its debugger to every user of the machine. */
const IGNORED = 'SIGUSR1'
/**
 * A signal so soon after the first, in milliseconds, may be the same wish: Ctrl-C reaches the whole group of a terminal and npm
 * passes its own on; a SIGHUP stands beside another, and the system hands over the lower number first.
 */
const SAME_WISH_MS = 250

export interface SignalOptions {
  /** Called once. */
  stop: (signal: NodeJS.Signals) => void
  /** Somebody asks again: the process is to end at once. */
  hasten: () => void
  /** Milliseconds that never go back. */
  monotonic: () => number
}

/** Listens until the process ends. SIGHUP never hastens: shells and systemd send it right behind another signal. */
export function hearSignals({ stop, hasten, monotonic }: SignalOptions): void {
  let first: { signal: NodeJS.Signals; at: number } | null = null
  const hear = (signal: NodeJS.Signals) => {
    if (first === null) {
      first = { signal, at: monotonic() }
      stop(signal)
      return
    }
    const isSameWish = first.signal === 'SIGHUP' || (first.signal === 'SIGINT' && signal === 'SIGINT')
    if (signal !== 'SIGHUP' && !(isSameWish && monotonic() - first.at < SAME_WISH_MS)) hasten()
  }
  for (const signal of STOP) process.on(signal, () => hear(signal))
  process.on(IGNORED, () => {})
}
