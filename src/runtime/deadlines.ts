import type { Clock } from '../ports/runtime.ts'
import { createProcessTime, LOOK_EVERY_MS, type ProcessTime } from './process-time.ts'

/** `Clock.deadline` over timers and a clock that never goes back. The process is watched only while a deadline is open. */
export function createDeadlines({ monotonic, after }: Pick<Clock, 'monotonic' | 'after'>): Clock['deadline'] {
  let open = 0
  let watch: { time: ProcessTime; stop(): void } | null = null

  function startWatch() {
    const time = createProcessTime(monotonic)
    const looks = setInterval(() => time.read(), LOOK_EVERY_MS).unref()
    return { time, stop: () => clearInterval(looks) }
  }

  return (ms, run) => {
    open += 1
    watch ??= startWatch()
    const { time } = watch
    const endsAt = time.read() + ms
    let isOpen = true
    let cancelTimer = () => {}

    function close(): void {
      if (!isOpen) return
      isOpen = false
      cancelTimer()
      open -= 1
      if (open > 0) return
      watch?.stop()
      watch = null
    }

    function look(): void {
      const left = endsAt - time.read()
      if (left > 0) {
        cancelTimer = after(left, look)
        return
      }
      // Timers fire before sockets are read. What is on a socket may take one round of the loop to be decrypted and one to be parsed.
      setImmediate(() => setImmediate(expire))
    }

    function expire(): void {
      if (!isOpen) return
      close()
      run()
    }

    cancelTimer = after(ms, look)
    return close
  }
}
