/** Looks for thousands of byte strings at once. Pure. */

/** Every needle has at least so many bytes; by these it is found. */
const HEAD = 4
const FILTER_BITS = 16

/** Gives a search that answers, for a haystack, which names have a needle in it and where the first of each begins. */
export function createSearch<Name>(needles: ReadonlyMap<Name, readonly Buffer[]>): (haystack: Buffer) => Map<Name, number> {
  const byHead = new Map<number, { name: Name; needle: Buffer }[]>()
  const filter = new Uint8Array(2 ** FILTER_BITS)
  for (const [name, list] of needles) {
    for (const needle of list) {
      const head = needle.readInt32LE(0)
      filter[slotOf(head)] = 1
      byHead.set(head, [...(byHead.get(head) ?? []), { name, needle }])
    }
  }

  return (haystack) => {
    const found = new Map<Name, number>()
    let head = 0
    for (let end = 0; end < haystack.length; end++) {
      head = (head >>> 8) | ((haystack[end] as number) << 24)
      if (end < HEAD - 1 || filter[slotOf(head)] === 0) continue
      const at = end - HEAD + 1
      for (const { name, needle } of byHead.get(head) ?? []) {
        if (!found.has(name) && haystack.subarray(at, at + needle.length).equals(needle)) found.set(name, at)
      }
    }
    return found
  }
}

function slotOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - FILTER_BITS)
}
