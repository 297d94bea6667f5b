/** A queue that loses wake-ups or gives them twice: to be legal for a queue that several processes share. */
import type { Queue } from '../../src/ports/queue.ts'
import type { Tally } from './tally.ts'

export interface WakeUps {
  mode: 'kept' | 'lost' | 'doubled'
}

/** @param wakeUps what happens to them at present; the caller changes it */
export function withWakeUps(queue: Queue, wakeUps: WakeUps, tally: Tally): Queue {
  return {
    ...queue,
    wake(kind, lane, at) {
      if (wakeUps.mode !== 'kept') tally.count(`wake-ups ${wakeUps.mode}`)
      if (wakeUps.mode === 'lost') return
      queue.wake(kind, lane, at)
      if (wakeUps.mode === 'doubled') queue.wake(kind, lane)
    },
  }
}
