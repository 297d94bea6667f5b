import { chart } from './chart.ts'
import { simulateDestination } from './destination.ts'
import { RECEIVERS } from './receivers.ts'

const SECONDS = 300
const SEED = 1

/** The chart of `docs/destination.svg`: the same text every time. */
export function destinationChart(): string {
  return chart(RECEIVERS.map((receiver) => ({ receiver, seconds: simulateDestination(receiver, SECONDS, SEED) })))
}
