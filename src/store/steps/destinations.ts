/** The writes of destinations as steps. */
import type { Destination } from '../../domain/destination.ts'
import type { Write } from '../../ports/change.ts'
import { destinationRow } from '../rows/destination-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type DestinationStatement = 'putDestination' | 'lengthenHorizons' | 'purgeDestinations'

type DestinationStep = Step<DestinationStatement>

/** Guarded by the version before; the first version inserts. */
export function putDestination(destination: Destination): DestinationStep[] {
  return [{ statement: 'putDestination', params: destinationRow(destination) }]
}

/** Those that have not changed for long. */
export function purgeDestinations({ before, limit }: Extract<Write, { write: 'purgeDestinations' }>): DestinationStep[] {
  return [{ statement: 'purgeDestinations', params: { before, limit } }]
}

/** What waited in the lane meanwhile may wait so much longer. */
export function lengthenHorizons({ destination, since, until }: Extract<Write, { write: 'lengthenHorizons' }>): DestinationStep[] {
  return [{ statement: 'lengthenHorizons', params: { destination, since, until } }]
}
