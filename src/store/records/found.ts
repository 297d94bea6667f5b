/** The record of a row; null where there is none. */
export async function found<Row, T>(row: Promise<Row | undefined>, parse: (row: Row) => T): Promise<T | null> {
  const one = await row
  return one === undefined ? null : parse(one)
}
