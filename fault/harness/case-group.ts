/** Cases that belong together, and what of them is not as expected. */
export interface Group {
  /** Rows of docs/guarantees.md. */
  id: string
  name: string
  cases: number
  /** A line for each case that is not as expected. */
  faults: string[]
}
