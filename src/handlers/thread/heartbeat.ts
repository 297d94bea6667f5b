/** The thread's side of its heartbeat: it beats while it has runs, and checks its memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { clearInterval, monotonic, setInterval, usage } from '../primordials.ts'
import type { SharedHeartbeat } from '../shared-heartbeat.ts'

/** Milliseconds between two beats. */
const BEAT_EVERY = 100
/** The pause between two collections of garbage: at least so many milliseconds, and so many times as long as the last one took. */
const COLLECT = { least: 1_000, times: 20 }

/** The timer that beats. */
export interface HeartbeatTimer {
  start(): void
  /** Beats once more: the thread has done its work. */
  stop(): void
}

/** Calls `full` with the bytes in use when they exceed `limit` after garbage was collected. */
export function createHeartbeatTimer(heartbeat: SharedHeartbeat, limit: number, full: (bytes: number) => void): HeartbeatTimer {
  let timer: NodeJS.Timeout | null = null
  let collectFrom = 0

  function beat(): void {
    heartbeat.beat()
    if (bytesInUse() <= limit || monotonic() < collectFrom) return
    const startedAt = monotonic()
    collectGarbage()
    const now = monotonic()
    collectFrom = now + Math.max(COLLECT.least, COLLECT.times * (now - startedAt))
    const bytes = bytesInUse()
    if (bytes > limit) full(bytes)
  }

  return {
    start() {
      heartbeat.beat()
      timer ??= setInterval(beat, BEAT_EVERY).unref()
    },
    stop() {
      heartbeat.beat()
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}

/** The heap and what lies outside of it. `external` does not count shared buffers, `arrayBuffers` does. */
function bytesInUse(): number {
  const { heapUsed, external, arrayBuffers } = usage()
  return heapUsed + Math.max(external, arrayBuffers)
}

let collect: (() => void) | null = null

function collectGarbage(): void {
  if (collect === null) {
    // V8 gives `gc` only to contexts that are created while this flag is set.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
    setFlagsFromString('--no-expose-gc')
  }
  collect()
}
