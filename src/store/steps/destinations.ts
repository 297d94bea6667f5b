/** The writes of destinations as steps. */
import type { Destination } from '../../domain/destination.ts'
import type { Write } from '../../ports/change.ts'
import { destinationRow } from '../rows/destination-row.ts'
import type { Step } from './step.ts'

export type DestinationStatement = 'putDestination' | 'purgeDestinations'

type DestinationStep = Step<DestinationStatement>

export function putDestination(destination: Destination): DestinationStep[] {
  return [{ statement: 'putDestination', params: destinationRow(destination) }]
}

export function purgeDestinations({ before, limit }: Extract<Write, { write: 'purgeDestinations' }>): DestinationStep[] {
  return [{ statement: 'purgeDestinations', params: { before, limit } }]
}
