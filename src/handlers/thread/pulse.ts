/** In the thread: signs of life while it has runs, and a look at its memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { clearInterval, monotonic, setInterval, usage } from '../own-globals.ts'
import type { Life } from '../shared-words.ts'

/** Between two beats, milliseconds. */
const BEAT_EVERY = 100
/** Garbage is collected at most so often to find out what is really in use: milliseconds, and times what the last collection took. */
const COLLECT = { least: 1_000, times: 20 }

export interface Pulse {
  start(): void
  stop(): void
}

/** `full` hears how many bytes are in use when that is more than `limit` although garbage was collected. */
export function createPulse(life: Life, limit: number, full: (bytes: number) => void): Pulse {
  let timer: NodeJS.Timeout | null = null
  let collectFrom = 0

  function beat(): void {
    life.beat()
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
      life.beat()
      timer ??= setInterval(beat, BEAT_EVERY).unref()
    },
    stop() {
      life.beat()
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}

/** The heap, and what lies outside of it: `external` knows nothing of shared buffers. */
function bytesInUse(): number {
  const { heapUsed, external, arrayBuffers } = usage()
  return heapUsed + Math.max(external, arrayBuffers)
}

let collect: (() => void) | null = null

function collectGarbage(): void {
  if (collect === null) {
    // V8 shows its collector only to contexts that are made while this flag is set.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
    setFlagsFromString('--no-expose-gc')
  }
  collect()
}
