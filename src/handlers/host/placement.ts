/** Which thread gets a run, and when one more is started. Pure. */

/** What is known of a thread that has loaded what the run needs. */
export interface ThreadView {
  /** Runs it has begun or was posted. */
  runs: number
  leftOvers: number
  /** It has not gone round its loop for so long, milliseconds. */
  silentMs: number
  /** A run is in it that wants no other beside it. */
  isTaken: boolean
}

/** A thread that is silent for so long gets no more runs, and gives back what it has not begun: milliseconds. */
export const SILENT_MS = 500
/** A run waits so long for a thread that is being started before it goes to one that has others: milliseconds. */
const PATIENCE_MS = 500

export interface Wish {
  /** Wants no other run beside it. */
  alone: boolean
  waitedMs: number
}

export interface Room {
  /** Threads being started for the same runs. */
  starting: number
  /** Threads that answer, and are not taken, are to be no more than these. */
  limit: number
  /** Runs that wait and want to be alone. */
  waitingAlone: number
}

/** `use` is the place of a thread in the list, null: none now. `start`: one more thread is to be started. */
export function placeRun(threads: readonly ThreadView[], wish: Wish, room: Room): { use: number | null; start: boolean } {
  const open = threads.flatMap((thread, place) => (answers(thread) ? [{ ...thread, place }] : []))
  const best = open.toSorted((a, b) => load(a) - load(b))[0]
  const isIdle = best !== undefined && best.runs === 0
  if (isIdle && !(wish.alone && best.leftOvers > 0)) return { use: best.place, start: false }
  if (wish.alone) return { use: null, start: room.starting < room.waitingAlone }
  const start = open.length + room.starting < room.limit
  const waits = best === undefined || ((start || room.starting > 0) && wish.waitedMs < PATIENCE_MS)
  return { use: waits ? null : best.place, start }
}

/** Whether a thread without runs is one too many. */
export function isSurplus(threads: readonly ThreadView[], limit: number): boolean {
  return threads.filter(answers).length > limit
}

function answers({ silentMs, isTaken }: ThreadView): boolean {
  return silentMs < SILENT_MS && !isTaken
}

/** A thread that has missed a look comes after any that has not. */
function load({ runs, leftOvers, silentMs }: ThreadView): number {
  return (runs > 0 && silentMs > 0 ? 1e6 : 0) + 100 * runs + leftOvers
}
