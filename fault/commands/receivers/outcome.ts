/** What a row came to. */
export interface CaseOutcome {
  id: string
  name: string
  /** The longest attempt, milliseconds. */
  longestMs: number
  /** None = as expected. */
  faults: string[]
}
