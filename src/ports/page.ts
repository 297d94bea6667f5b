/** `tenantId` null = every tenant (the operator). `before` is the position of the page before (exclusive). */
export interface PageQuery {
  tenantId: string | null
  limit: number
  before: number | null
  createdAfter: number | null
  createdBefore: number | null
}

/** Newest first. A page may be short and still have more: at most 5,000 rows are looked at. `next` is the position to go on before. */
export interface Page<T> {
  rows: T[]
  next: number | null
}
