import { CorruptRow } from '../rows/column.ts'

/** Narrows a record to the states that its index promises. Throws `CorruptRow` for another. */
export function withStatus<R extends { id: string; status: string }, S extends R['status']>(
  record: R,
  ...allowed: S[]
): Extract<R, { status: S }> {
  const is = (one: R): one is Extract<R, { status: S }> => allowed.some((status) => status === one.status)
  if (!is(record)) throw new CorruptRow(record.id, 'status')
  return record
}
