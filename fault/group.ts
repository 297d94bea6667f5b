/** Cases that belong together, and what of them is not as expected. */
export interface Group {
  /** Rows of the acceptance matrix. */
  id: string
  name: string
  cases: number
  /** A line for each case that is not as expected. */
  faults: string[]
}
