/** The receivers of the simulation: how many requests each works on at a time, how long one takes, and when it is unwell. */

/** From a second on, until the next phase. Milliseconds for one request; the rest stands in line at the receiver. */
export interface Phase {
  from: number
  says: string
  mood: 'well' | 'slow' | 'failing'
  workers: number
  requestMs: number
  /** What it answers; `hangs`: nothing until our time-out; `refuses`: no connection. */
  answers: number | 'hangs' | 'refuses'
}

export interface Receiver {
  title: string
  phases: readonly Phase[]
}

const well = (from: number): Phase => ({ from, says: 'well', mood: 'well', workers: 16, requestMs: 100, answers: 204 })

export const RECEIVERS: readonly Receiver[] = [
  {
    title: 'A slow receiver',
    phases: [
      { from: 0, says: '4 at a time, 0.25 s each', mood: 'well', workers: 4, requestMs: 250, answers: 204 },
      { from: 100, says: '2 s each', mood: 'slow', workers: 4, requestMs: 2000, answers: 204 },
      { from: 200, says: '0.25 s each', mood: 'well', workers: 4, requestMs: 250, answers: 204 },
    ],
  },
  {
    title: 'A flapping receiver',
    phases: Array.from({ length: 10 }, (_, n) =>
      n % 2 === 0 ? well(n * 30) : { ...well(n * 30), says: '503', mood: 'failing' as const, answers: 503 },
    ),
  },
  {
    title: 'A dead receiver',
    phases: [well(0), { ...well(30), says: 'refuses connections', mood: 'failing', answers: 'refuses' }],
  },
  {
    title: 'A recovering receiver',
    phases: [
      well(0),
      { ...well(30), says: 'hangs', mood: 'failing', answers: 'hangs' },
      { from: 120, says: 'still cold: 0.5 s each', mood: 'slow', workers: 4, requestMs: 500, answers: 204 },
      well(210),
    ],
  },
]
