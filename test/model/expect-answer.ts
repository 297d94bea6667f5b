import { ProblemError } from '../../src/domain/errors.ts'
import { StoreUnavailable } from '../../src/ports/store.ts'
import type { Simulation } from './simulation.ts'

/** A verb may answer, refuse, or say that the store is away; anything else is a bug. A dead process never answers. */
export function expectAnswer<T>(
  simulation: Simulation,
  verb: string,
  answer: Promise<T>,
  onAnswer: (value: T) => void,
  onRefusal: (code: string) => void = () => {},
): void {
  const asked = { verb }
  const { process } = simulation
  simulation.awaited.add(asked)
  answer
    .then((value) => {
      // The connection died with the process, even where that goes on for a while.
      if (simulation.process === process) onAnswer(value)
    })
    .catch((error) => {
      if (error instanceof ProblemError) onRefusal(error.code)
      else if (!(error instanceof StoreUnavailable)) throw error
    })
    .catch((error) => simulation.troubles.push(`${verb}: ${String(error)}`))
    .finally(() => simulation.awaited.delete(asked))
}
