/** Works on every item, at most `width` at a time, in the order they come. Rejects with the first failure. */
export async function eachOf<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const source = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = source.next(); !next.done; next = source.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
