import type { Destination } from '../domain/destination.ts'
import type { Page, PageQuery } from './page.ts'

/** A destination and its deliveries that are open, as the store knows them. */
export interface DestinationLoad {
  destination: Destination
  waiting: number
  /** By whichever process. */
  sending: number
}

/** Reads of destinations. */
export interface DestinationReads {
  find(id: string): Promise<Destination | null>
  /** With what waits unclaimed in each, counted to `cap`, and what is being sent. Newest first, by their first attempt. */
  list(query: PageQuery, cap: number): Promise<Page<DestinationLoad>>
  /** What waits unclaimed in one, counted to `cap`, and what is being sent. */
  load(id: string, cap: number): Promise<Omit<DestinationLoad, 'destination'>>
  /** Destinations whose pause has ended by itself, and of which nobody has taken notice yet. */
  pausesOver(now: number): Promise<string[]>
  /** Destinations whose breaker is open, but for those that are paused. */
  openBreakers(): Promise<string[]>
}
